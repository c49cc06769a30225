import { missingGroups } from '../fixes/groupFixes.ts';
import { emptySet, without, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import type { Evidence } from '../model/evidence.ts';
import { kernelRules } from '../model/kernel.ts';
import type { Launcher } from '../model/system.ts';
import { initialUserNamespaceId } from '../model/userNamespace.ts';
import { confinementPhrase } from './launcherText.ts';
import { listCapabilities } from './words.ts';

/** A process that starts programs, as facts to read. */
export interface ProcessView {
  readonly name: string;
  readonly pid: number | null;
  readonly facts: readonly FactView[];
}

export interface FactView {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** What it means, as a sentence. */
  readonly meaning: string;
  /** Whether it takes something from what is started. */
  readonly notable: boolean;
}

/** What the view is made of: a session without the way it was gathered. */
interface Shown {
  readonly kernelRelease: string;
  readonly groupLimit: Evidence<number>;
  readonly processes: readonly {
    readonly launcher: Launcher;
    readonly namespaces: Readonly<Record<'user' | 'network' | 'mount', Evidence<string>>>;
  }[];
}

export function sessionView(session: Shown): readonly ProcessView[] {
  return session.processes.map(({ launcher, namespaces }) => {
    const { name, pid } = launcher.vantage;
    const { credentials } = launcher;
    return {
      name,
      pid,
      facts:
        credentials.kind === 'unknown'
          ? [unseen('credentials', 'Credentials', credentials.reason)]
          : [
              noNewPrivs(credentials.value),
              held(credentials.value),
              bounding(credentials.value, kernelRules(session.kernelRelease).validCapabilities),
              ...namespaceFacts(namespaces),
              ...groupFacts(launcher, credentials.value, session.groupLimit),
              ...confinementFacts(launcher),
            ],
    };
  });
}

function noNewPrivs({ noNewPrivs: set }: Credentials): FactView {
  return {
    id: 'no-new-privs',
    label: 'no_new_privs',
    value: set ? 'set' : 'not set',
    meaning: set
      ? 'File capabilities, set-id programs and sudo give nothing to what it starts.'
      : 'What it starts can gain privileges by exec.',
    notable: set,
  };
}

function held({ effective, ambient }: Credentials): FactView {
  return {
    id: 'held',
    label: 'Capabilities',
    value: effective === emptySet ? 'none' : listCapabilities(effective),
    meaning:
      ambient === emptySet
        ? 'It passes none on by exec: its ambient set is empty.'
        : `It passes ${listCapabilities(ambient)} on to what it starts: they are ambient.`,
    notable: false,
  };
}

function bounding({ bounding: set }: Credentials, all: CapabilitySet): FactView {
  const missing = without(all, set);
  return {
    id: 'bounding',
    label: 'Bounding set',
    value: missing === emptySet ? 'all capabilities' : `all but ${listCapabilities(missing)}`,
    meaning:
      missing === emptySet
        ? 'It withholds nothing that a file grants.'
        : 'What is missing no file can grant, and no sudo either.',
    notable: missing !== emptySet,
  };
}

const namespaceLabels = {
  user: { label: 'User namespace', meaning: 'Capabilities count in it, and below it.' },
  network: {
    label: 'Network namespace',
    meaning: 'Its devices and routes are seen by what is started; who owns it decides.',
  },
  mount: { label: 'Mount namespace', meaning: 'Its mounts are seen by what is started.' },
} as const;

function namespaceFacts(namespaces: Shown['processes'][number]['namespaces']): readonly FactView[] {
  return (['user', 'network', 'mount'] as const).map((kind) => {
    const { label, meaning } = namespaceLabels[kind];
    const inode = namespaces[kind];
    if (inode.kind === 'unknown') return unseen(`namespace ${kind}`, label, inode.reason);
    const apart = kind === 'user' && inode.value !== initialUserNamespaceId;
    return {
      id: `namespace ${kind}`,
      label,
      value: kind === 'user' && !apart ? 'the initial one' : inode.value,
      meaning,
      notable: apart,
    };
  });
}

function groupFacts(
  launcher: Launcher,
  { gid, groups }: Credentials,
  limit: Evidence<number>,
): readonly FactView[] {
  const { accountGroups } = launcher;
  const named = new Map(
    accountGroups.kind === 'known' ? accountGroups.value.map((each) => [each.gid, each.name]) : [],
  );
  const nameOf = (each: number): string => named.get(each) ?? String(each);
  const all = [...new Set([gid.effective, ...groups])];
  const missing = missingGroups(launcher).map(({ name }) => name);
  const most = limit.kind === 'known' ? limit.value : null;
  const belongs = accountGroups.kind === 'known' ? accountGroups.value.length : 0;
  const over = most !== null && belongs > most;
  const unsent = groups.slice(groupsOfAuthSys).filter((each) => each !== gid.effective);
  return [
    {
      id: 'groups',
      label: 'Groups',
      value: firstOf(all.map(nameOf)),
      meaning: 'What device nodes and TUN devices ask for beside the user.',
      notable: false,
    },
    ...(accountGroups.kind === 'unknown'
      ? [unseen('groups missing', 'Groups in /etc/group', accountGroups.reason)]
      : missing.length === 0
        ? []
        : [
            {
              id: 'groups missing',
              label: 'Groups it lacks',
              value: firstOf(missing),
              meaning: over
                ? '/etc/group has the user in more groups than a session can have: to log in again gives others, or the same, and not all.'
                : '/etc/group has the user in them, and the session has not: it began before. Log in again, or newgrp(1).',
              notable: true,
            },
          ]),
    ...(over
      ? [
          {
            id: 'groups over',
            label: 'Groups over the limit',
            value: `${String(belongs)} of at most ${String(most)}`,
            meaning: 'setgroups(2) takes no more than kernel.ngroups_max: a login loses the rest.',
            notable: true,
          },
        ]
      : []),
    ...(unsent.length === 0
      ? []
      : [
          {
            id: 'groups over NFS',
            label: 'Groups over the limit of NFS',
            value: firstOf(unsent.map(nameOf)),
            meaning:
              'With sec=sys, NFS tells a server the sixteen groups of the lowest numbers: on such a mount these open and execute nothing, unless the server looks them up itself.',
            notable: false,
          },
        ]),
  ];
}

/** UNX_NGROUPS of net/sunrpc/auth_unix.c, which takes them from the front; the kernel keeps groups sorted. */
const groupsOfAuthSys = 16;

/** A directory may put a user into thousands. */
function firstOf(names: readonly string[]): string {
  const shown = 40;
  const told = names.slice(0, shown).join(', ');
  return names.length <= shown ? told : `${told} and ${String(names.length - shown)} more`;
}

function confinementFacts(launcher: Launcher): readonly FactView[] {
  const { confinement, seccomp, securityLabel } = launcher;
  const place = confinement.kind === 'known' ? confinement.value : null;
  return [
    ...(place === null
      ? []
      : [
          {
            id: 'confinement',
            label: 'Runs',
            value: confinementPhrase(place),
            meaning: 'What it starts runs there too.',
            notable: true,
          },
        ]),
    ...(seccomp === 0
      ? []
      : [
          {
            id: 'seccomp',
            label: 'seccomp',
            value: seccomp === 1 ? 'strict' : 'a filter',
            meaning: 'It may refuse calls of what is started, and cannot be read.',
            notable: true,
          },
        ]),
    ...(securityLabel === null || securityLabel === 'unconfined'
      ? []
      : [
          {
            id: 'label',
            label: 'Security label',
            value: securityLabel,
            meaning: 'The policy of the security module cannot be read.',
            notable: true,
          },
        ]),
  ];
}

function unseen(id: string, label: string, reason: string): FactView {
  return { id, label, value: 'not seen', meaning: `${reason}.`, notable: true };
}
