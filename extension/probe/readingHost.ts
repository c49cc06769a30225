import type { ProbeReply, ProbeRequest } from '../protocol/probe.ts';
import { directoryEntries } from './helper/directoryEntries.ts';
import { fileText } from './helper/fileText.ts';
import { pathBelow } from './helper/pathBelow.ts';
import type { Host } from './host.ts';

/** Reads texts and directories in this process, and starts none: it refuses all that needs the helper. */
export function readingHost(): Host {
  return {
    architecture: process.arch,
    request: <const R extends ProbeRequest>(request: R) =>
      // The compiler does not see that the kind of the request is that of the reply.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      Promise.resolve(answer(request) as ProbeReply<R['kind']>),
  };
}

function answer(request: ProbeRequest): ProbeReply {
  switch (request.kind) {
    case 'directory':
      return directoryEntries(request.path);
    case 'text':
      return fileText(request.path);
    case 'pathBelow':
      return pathBelow(request.root, request.path);
    default:
      return { ok: false, error: { kind: 'refused', reason: 'no process is started here' } };
  }
}
