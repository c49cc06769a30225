import {
  allNamed,
  emptySet,
  isSubset,
  without,
  type CapabilitySet,
} from '../model/capabilitySet.ts';
import type { Ids } from '../model/credentials.ts';
import type { Instance, RunningThread } from '../model/instance.ts';
import { listCapabilities } from './words.ts';

/** A running process and what it holds, in words. */
export interface InstanceView {
  readonly pid: number;
  /** `cap_net_admin in effect · of an older build`. */
  readonly summary: string;
  readonly facts: readonly InstanceFact[];
  /** Those that hold something else than the main thread. */
  readonly threads: readonly ThreadView[];
}

export interface ThreadView {
  readonly tid: number;
  readonly name: string;
  readonly summary: string;
  readonly facts: readonly InstanceFact[];
}

export interface InstanceFact {
  readonly name: string;
  readonly text: string;
}

export function instanceView({ pid, file, main, otherThreads, tracerPid }: Instance): InstanceView {
  const remark = {
    same: [],
    removed: ['of an older build: its file has been replaced'],
    unseen: ['by its name alone: which file it executes may not be seen'],
  }[file];
  return {
    pid,
    summary: [summaryOf(main), ...remark].join(' · '),
    facts: [
      ...factsOf(main),
      ...(tracerPid === 0 ? [] : [{ name: 'traced by', text: `pid ${String(tracerPid)}` }]),
    ],
    threads: otherThreads.map((thread) => ({
      tid: thread.tid,
      name: thread.name,
      summary: summaryOf(thread),
      facts: factsOf(thread),
    })),
  };
}

function summaryOf({ credentials }: RunningThread): string {
  return `${listSet(credentials.effective, 'no capability')} in effect`;
}

function factsOf({ credentials, seccomp }: RunningThread): readonly InstanceFact[] {
  const { uid, gid, groups, noNewPrivs } = credentials;
  const sets = ['effective', 'permitted', 'inheritable', 'ambient', 'bounding'] as const;
  return [
    ...sets.map((set) => ({ name: set, text: listSet(credentials[set], 'none') })),
    { name: 'user id', text: idText(uid) },
    { name: 'group id', text: idText(gid) },
    { name: 'groups', text: groups.length === 0 ? 'none' : groups.join(', ') },
    { name: 'no_new_privs', text: noNewPrivs ? 'set' : 'not set' },
    { name: 'seccomp', text: seccompText(seccomp) },
  ];
}

function listSet(set: CapabilitySet, none: string): string {
  if (set === emptySet) return none;
  if (isSubset(allNamed, set)) return 'every capability';
  const missing = without(allNamed, set);
  const text = listCapabilities(set);
  const butFor = `every capability but ${listCapabilities(missing)}`;
  return butFor.length < text.length && isSubset(set, allNamed) ? butFor : text;
}

function idText({ real, effective, saved }: Ids): string {
  return real === effective && real === saved
    ? String(real)
    : `real ${String(real)}, effective ${String(effective)}, saved ${String(saved)}`;
}

function seccompText(mode: number): string {
  return ['not used', 'strict', 'a filter'][mode] ?? `mode ${String(mode)}`;
}
