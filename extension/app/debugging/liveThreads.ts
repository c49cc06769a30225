import { emptySet, fromHex, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { Host } from '../../probe/host.ts';
import type { ThreadFacts } from '../../protocol/probe.ts';
import type { LiveCredentials } from '../refusal/explainDenial.ts';
import { openView } from '../surroundings.ts';

export interface LiveThread extends LiveCredentials {
  readonly tid: number;
}

/** What the threads of a process hold at this moment, with base ids; none where it has ended. */
export async function liveThreads(host: Host, pid: number): Promise<readonly LiveThread[]> {
  const [threads, opened] = await Promise.all([threadsOf(host, pid), openView(host)]);
  if (opened.kind === 'failure') return [];
  const { view } = opened;
  const ids = ([real, effective, saved]: ThreadFacts['uid'], base: (id: number) => number) => ({
    real: base(real),
    effective: base(effective),
    saved: base(saved),
  });
  return threads.map(({ tid, uid, gid, groups, noNewPrivs, ...sets }) => ({
    tid,
    uid: ids(uid, view.uid),
    gid: ids(gid, view.gid),
    groups: groups.map(view.gid),
    permitted: setIn(sets.permitted),
    effective: setIn(sets.effective),
    inheritable: setIn(sets.inheritable),
    bounding: setIn(sets.bounding),
    ambient: setIn(sets.ambient),
    noNewPrivs,
  }));
}

/** The same as the kernel shows it to this process. */
export async function threadsOf(host: Host, pid: number): Promise<readonly ThreadFacts[]> {
  const reply = await host.request({ kind: 'process', pid });
  return reply.ok ? reply.result.threads : [];
}

function setIn(hex: string): CapabilitySet {
  return fromHex(hex) ?? emptySet;
}
