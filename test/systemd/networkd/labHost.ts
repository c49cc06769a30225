/** A lab as the collectors ask a machine: its files and directories, read inside. */
import type { Host } from '../../../extension/probe/host.ts';
import type { ProbeReply, ProbeRequest } from '../../../extension/protocol/probe.ts';
import type { Lab } from '../lab/lab.ts';

export function labHost(lab: Lab): Host {
  return {
    architecture: process.arch,
    request: async <const R extends ProbeRequest>(request: R) =>
      // The compiler does not see that the kind of the request is that of the reply.
      (await answer(lab, request)) as ProbeReply<R['kind']>,
  };
}

async function answer(lab: Lab, request: ProbeRequest): Promise<ProbeReply> {
  if (request.kind === 'read') {
    const { code, stdout } = await lab.run(['cat', request.path]);
    return code === 0 ? { ok: true, result: { text: stdout, truncated: false } } : absent;
  }
  if (request.kind === 'text') {
    const { code, stdout } = await lab.run(['base64', '--wrap=0', request.path]);
    return code === 0 ? { ok: true, result: { base64: stdout, truncated: false } } : absent;
  }
  if (request.kind === 'directory') {
    const { code, stdout } = await lab.run(['ls', '-A', request.path]);
    const names = stdout.split('\n').filter((name) => name !== '');
    const entries = names.map((name) => ({ name, type: 'other' as const, target: null }));
    return code === 0 ? { ok: true, result: entries } : absent;
  }
  return absent;
}

const absent: ProbeReply = { ok: false, error: { kind: 'refused', reason: 'not in the lab' } };
