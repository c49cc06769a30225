import { emptySet, fromHex, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials, Ids } from '../model/credentials.ts';
import { known, unknown, type Evidence, type Vantage } from '../model/evidence.ts';
import type { AccountGroup, Launcher, NetworkNamespace } from '../model/system.ts';
import { hiddenUserNamespace, type UserNamespace } from '../model/userNamespace.ts';
import type { NamespaceFacts, ProcessFacts, ThreadFacts } from '../protocol/probe.ts';
import { collectConfinement, securityLabelOf } from './confinementEvidence.ts';
import type { Host } from './host.ts';
import { userNamespaceOf, type IdView } from './idView.ts';
import { collectSandboxAttempt, type Standing } from './sandboxEvidence.ts';
import { missingReason } from './missing.ts';

/**
 * The process that starts the program, read from /proc.
 * @param pid in the helper's PID namespace
 * @param helper securebits are told to a process about itself alone; the helper inherits those of
 *   the process that started it, which is the launcher or a relative of it
 */
export async function collectLauncher(
  host: Host,
  view: IdView,
  pid: number,
  process: Vantage['process'],
  helper: Standing | null,
): Promise<Launcher> {
  const [facts, namespaces] = await Promise.all([
    host.request({ kind: 'process', pid }),
    host.request({ kind: 'namespaces', pid }),
  ]);
  const source = `/proc/${String(pid)}/status`;
  if (!facts.ok || !namespaces.ok) {
    const reason = facts.ok ? (namespaces.ok ? '' : namespaces.error.reason) : facts.error.reason;
    return {
      vantage: { process, pid, name: `process ${String(pid)}` },
      credentials: unknown(reason, source),
      networkNamespace: unknown(reason, `/proc/${String(pid)}/ns/net`),
      accountGroups: unknown(reason, groupDatabase),
      confinement: unknown(reason, `/proc/${String(pid)}/cgroup`),
      sandboxAttempt: unknown(reason, source),
      securityLabel: null,
      otherThreads: [],
      seccomp: 0,
    };
  }
  const userNamespace = userNamespaceOf(namespaces.result, view);
  const [main] = facts.result.threads;
  const standing = { process: facts.result, namespaces: namespaces.result };
  const [accountGroups, confinement, sandboxAttempt] = await Promise.all([
    accountGroupsOf(host, view, main, userNamespace),
    collectConfinement(host, facts.result),
    collectSandboxAttempt(host, helper, standing),
  ]);
  const name = ownName[process] ?? facts.result.name;
  return {
    vantage: { process, pid, name },
    credentials: credentialsOf(
      main,
      userNamespace,
      namespaces.result,
      view,
      helper?.process ?? null,
      source,
    ),
    networkNamespace: networkNamespaceOf(namespaces.result, userNamespace, pid),
    accountGroups,
    confinement,
    sandboxAttempt,
    securityLabel: securityLabelOf(facts.result.appArmor),
    otherThreads: threadsApart(facts.result.threads).map((thread) => thread.name),
    seccomp: main?.seccomp ?? 0,
  };
}

/** Those that hold something else than the first: each thread starts programs with its own, capabilities(7). */
export function threadsApart([main, ...others]: readonly ThreadFacts[]): readonly ThreadFacts[] {
  if (main === undefined) return [];
  const own = credentialText(main);
  return others.filter((each) => credentialText(each) !== own);
}

function credentialText(thread: ThreadFacts): string {
  return JSON.stringify({ ...thread, tid: 0, name: '', tracerPid: 0 });
}

/** Processes that are better known by what they are than by their `comm`, which is `node`. */
const ownName: Readonly<Partial<Record<Vantage['process'], string>>> = {
  'command-line': 'this terminal',
  'extension-host': 'the extension host',
};

function credentialsOf(
  thread: ThreadFacts | undefined,
  userNamespace: UserNamespace | null,
  namespaces: NamespaceFacts,
  view: IdView,
  helper: ProcessFacts | null,
  source: string,
): Evidence<Credentials> {
  if (thread === undefined) return unknown('the process has no thread that could be read', source);
  if (userNamespace === null) {
    const { user } = namespaces;
    return unknown(
      'value' in user ? 'its user namespace is not visible' : missingReason(user),
      source,
    );
  }
  return known(
    {
      ...threadCredentials(thread, view),
      securebits: helper !== null && 'value' in helper.securebits ? helper.securebits.value : 0,
      userNamespace,
    },
    source,
  );
}

/** What /proc/PID/status tells of a thread's credentials. */
export function threadCredentials(
  thread: ThreadFacts,
  view: IdView,
): Omit<Credentials, 'securebits' | 'userNamespace'> {
  return {
    uid: idsOf(thread.uid, view.uid),
    gid: idsOf(thread.gid, view.gid),
    groups: thread.groups.map(view.gid),
    permitted: setOf(thread.permitted),
    effective: setOf(thread.effective),
    inheritable: setOf(thread.inheritable),
    bounding: setOf(thread.bounding),
    ambient: setOf(thread.ambient),
    noNewPrivs: thread.noNewPrivs,
  };
}

const groupDatabase = '/etc/group';

/**
 * By the real id, which a session begins with. The database speaks of a whole machine or container:
 * in a user namespace that maps single ids, its names are those of others.
 */
async function accountGroupsOf(
  host: Host,
  view: IdView,
  thread: ThreadFacts | undefined,
  userNamespace: UserNamespace | null,
): Promise<Evidence<readonly AccountGroup[]>> {
  if (thread === undefined || userNamespace?.id !== view.namespace.id || !isPeopled(view)) {
    return unknown('the user database here is not that of its user namespace', groupDatabase);
  }
  const reply = await host.request({ kind: 'account', uid: thread.uid[0] });
  if (!reply.ok) return unknown(reply.error.reason, groupDatabase);
  const groups = reply.result?.groups ?? [];
  return known(
    groups.map(({ name, gid }) => ({ name, gid: view.gid(gid) })),
    groupDatabase,
  );
}

function isPeopled({ namespace: { gidMap } }: IdView): boolean {
  return gidMap.some(({ count }) => count > 1);
}

function networkNamespaceOf(
  { net }: NamespaceFacts,
  userNamespace: UserNamespace | null,
  pid: number,
): Evidence<NetworkNamespace> {
  const source = `/proc/${String(pid)}/ns/net`;
  if (!('value' in net)) return unknown(missingReason(net), source);
  const { inode, owner } = net.value;
  if (!('value' in owner)) {
    // NS_GET_USERNS answers EPERM for an owner above us: then it is an ancestor that nobody here can see.
    return 'error' in owner && owner.error.errno === 'EPERM'
      ? known({ id: inode, owner: hiddenUserNamespace }, source)
      : unknown(missingReason(owner), source);
  }
  for (let each = userNamespace; each !== null; each = each.parent) {
    if (each.id === owner.value) return known({ id: inode, owner: each }, source);
  }
  return unknown('its owner is none of the user namespaces above the process', source);
}

function idsOf([real, effective, saved]: ThreadFacts['uid'], base: (id: number) => number): Ids {
  return { real: base(real), effective: base(effective), saved: base(saved) };
}

/** The protocol has checked the text. */
function setOf(hex: string): CapabilitySet {
  return fromHex(hex) ?? emptySet;
}
