import { textLimit, type ProbeReply, type ProbeRequest } from '../protocol/probe.ts';
import type { Host } from './host.ts';

/**
 * The host as it would be with these texts, path → text, in the place of what is on the disk.
 * Only reading shows them: a directory is listed as it is.
 */
export function overlaidHost(host: Host, texts: ReadonlyMap<string, string>): Host {
  return {
    architecture: host.architecture,
    request: <const R extends ProbeRequest>(request: R): Promise<ProbeReply<R['kind']>> => {
      const text = request.kind === 'text' ? texts.get(request.path) : undefined;
      if (text === undefined) return host.request(request);
      const bytes = Buffer.from(text);
      const base64 = bytes.subarray(0, textLimit).toString('base64');
      const reply: ProbeReply<'text'> = {
        ok: true,
        result: { base64, truncated: bytes.length > textLimit },
      };
      // The compiler does not see that the kind of the request is that of the reply.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      return Promise.resolve(reply as ProbeReply<R['kind']>);
    },
  };
}
