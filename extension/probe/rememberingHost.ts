import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ProbeReply, ProbeRequest } from '../protocol/probe.ts';
import { isSystemError } from './helper/outcome.ts';
import type { Host } from './host.ts';

interface Memory {
  readonly stamp: string;
  readonly reply: Promise<ProbeReply>;
}

/** A file may change once more within the same tick of the clock that stamps it. Milliseconds. */
const tick = 50;

/**
 * The host with a memory of the texts, directories and sections that it has read, each until the path leads to
 * another file or that one is changed. The namespaces of the helper, which never change, are asked for
 * once. Everything else is asked for each time.
 */
export function rememberingHost(host: Host): Host {
  const memories = new Map<string, Memory>();

  const recall = async (request: ProbeRequest): Promise<ProbeReply> => {
    if (!isRemembered(request)) return host.request(request);
    const key = JSON.stringify(request);
    const stamp = request.kind === 'namespaces' ? 'for good' : await stampOf(request.path);
    const before = memories.get(key);
    if (stamp !== null && before?.stamp === stamp) return before.reply;
    const reply = host.request(request);
    if (stamp === null) memories.delete(key);
    else memories.set(key, { stamp, reply });
    // A helper that did not answer now may answer the next time.
    void reply.then((answer) => {
      if (!answer.ok && answer.error.kind !== 'call') memories.delete(key);
    });
    return reply;
  };
  return {
    architecture: host.architecture,
    // The compiler does not see that the kind of the request is that of the reply.
    request: <const R extends ProbeRequest>(request: R) =>
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      recall(request) as Promise<ProbeReply<R['kind']>>,
  };
}

type Remembered = Extract<ProbeRequest, { kind: 'text' | 'directory' | 'sections' | 'namespaces' }>;

function isRemembered(request: ProbeRequest): request is Remembered {
  return (
    request.kind === 'text' ||
    request.kind === 'directory' ||
    request.kind === 'sections' ||
    (request.kind === 'namespaces' && request.pid === 'self')
  );
}

/** Tells one state of a file from every other; null where the next state might look the same. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const stats = await stat(path, { bigint: true });
    return isSettled(stats) ? `${stats.dev} ${stats.ino} ${stats.size} ${stats.ctimeNs}` : null;
  } catch (error) {
    // Not there, or not to be reached: that too is a state.
    return isSystemError(error) ? error.code : null;
  }
}

/** The time of the last change of anything: unlike mtime, nobody can set it back. */
function isSettled({ ctimeMs }: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(ctimeMs)) > tick;
}
