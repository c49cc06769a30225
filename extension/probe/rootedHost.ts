import { join } from 'node:path/posix';
import type { FileFacts, ProbeReply, ProbeRequest } from '../protocol/probe.ts';
import type { Host } from './host.ts';

/**
 * The host as it is to those for whom `root` is the top of all paths: in another system’s tree the links that
 * begin with a slash lead to what lies there, and none leads out of it.
 */
export function rootedHost(host: Host, root: string): Host {
  const request = async (asked: ProbeRequest): Promise<ProbeReply> => {
    if (!isOfPath(asked)) return host.request(asked);
    const found = await host.request({ kind: 'pathBelow', root, path: asked.path });
    if (!found.ok) return found;
    const there = { ...asked, path: join(root, found.result) };
    if (there.kind !== 'file') return host.request(there);
    const reply = await host.request(there);
    return reply.ok
      ? { ok: true, result: asSeenThere(reply.result, asked.path, found.result) }
      : reply;
  };
  return {
    architecture: host.architecture,
    // The compiler does not see that the kind of the request is that of the reply.
    request: <const R extends ProbeRequest>(asked: R) =>
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      request(asked) as Promise<ProbeReply<R['kind']>>,
  };
}

type OfPath = Extract<ProbeRequest, { kind: 'file' | 'sections' | 'directory' | 'text' }>;

function isOfPath(request: ProbeRequest): request is OfPath {
  return ['file', 'sections', 'directory', 'text'].includes(request.kind);
}

function asSeenThere(facts: FileFacts, path: string, real: string): FileFacts {
  const { realPath } = facts;
  return { ...facts, path, realPath: 'value' in realPath ? { value: real } : realPath };
}
