import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { Limits, XtablesLock } from '../model/system.ts';
import type { MountFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import { nobody, type IdView } from './idView.ts';
import { missingReason } from './missing.ts';

/** The sysctls that gates ask, as this vantage's network and user namespace has them. */
export function collectLimits(host: Host, view: IdView): Promise<Limits> {
  return together({
    unprivilegedPortStart: collectPortStart(host),
    pingGroupRange: pingRange(host, view),
    maxUserNamespaces: numberOf(host, 'user/max_user_namespaces', null),
    // A patch of Debian's kernel: where it does not exist, nothing is restricted.
    unprivilegedUserNamespaces: numberOf(host, 'kernel/unprivileged_userns_clone', 1),
    // A security module: where the kernel was built or started without it, nothing is restricted.
    ptraceScope: numberOf(host, 'kernel/yama/ptrace_scope', 0),
    maxNetworkNamespaces: numberOf(host, 'user/max_net_namespaces', null),
    // A patch of Ubuntu's kernel.
    appArmorUserNamespaces: numberOf(host, 'kernel/apparmor_restrict_unprivileged_userns', 0),
    unprivilegedBpfDisabled: numberOf(host, 'kernel/unprivileged_bpf_disabled', 0),
    networkSysctlsReadOnly: readOnlySysctls(host),
    xtablesLock: lockOfXtables(host, view),
  });
}

/** The first port that needs no capability. */
export function collectPortStart(host: Host): Promise<Evidence<number>> {
  return numberOf(host, 'net/ipv4/ip_unprivileged_port_start', null);
}

/** What was asked for all at once, each under its name. */
async function together<T extends object>(asked: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const answers = Object.entries<Promise<unknown>>(asked).map(
    async ([name, answer]) => [name, await answer] as const,
  );
  // The compiler loses sight of which name has which answer.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
  return Object.fromEntries(await Promise.all(answers)) as T;
}

/** The list in securityfs, which is not mounted everywhere. */
export async function collectSecurityModules(host: Host): Promise<Evidence<readonly string[]>> {
  const path = '/sys/kernel/security/lsm';
  const reply = await host.request({ kind: 'read', path });
  return reply.ok
    ? known(reply.result.text.trim().split(','), path)
    : unknown(reply.error.reason, path);
}

/** @param absent what the lack of the sysctl means; null where it says nothing */
async function numberOf(
  host: Host,
  name: string,
  absent: number | null,
): Promise<Evidence<number>> {
  const path = `/proc/sys/${name}`;
  const reply = await host.request({ kind: 'read', path });
  if (!reply.ok) {
    const missing = reply.error.kind === 'call' && reply.error.error.errno === 'ENOENT';
    return missing && absent !== null ? known(absent, path) : unknown(reply.error.reason, path);
  }
  const value = Number(reply.result.text.trim());
  return Number.isInteger(value)
    ? known(value, path)
    : unknown(`it holds “${reply.result.text.trim()}”`, path);
}

async function readOnlySysctls(host: Host): Promise<Evidence<boolean>> {
  const path = '/proc/sys/net/ipv4/ip_forward';
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok) return unknown(reply.error.reason, path);
  const { mount } = reply.result;
  return 'value' in mount
    ? known(isReadOnly(mount.value), `mountinfo ${String(mount.value.id)}`)
    : unknown(missingReason(mount), path);
}

/** XTABLES_LOCKFILE of the environment can name another one (iptables 1.8.6). */
async function lockOfXtables(host: Host, view: IdView): Promise<Evidence<XtablesLock>> {
  const path = '/run/xtables.lock';
  const lock = await host.request({ kind: 'file', path });
  const absent = !lock.ok && lock.error.kind === 'call' && lock.error.error.errno === 'ENOENT';
  const reply = absent ? await host.request({ kind: 'file', path: '/run' }) : lock;
  if (!reply.ok) return unknown(reply.error.reason, path);
  const { mode, uid, gid, mount } = reply.result;
  return known(
    {
      path: reply.result.path,
      folder: absent,
      readOnly: 'value' in mount && isReadOnly(mount.value),
      mode,
      uid: view.uid(uid),
      gid: view.gid(gid),
    },
    `stat(${reply.result.path})`,
  );
}

function isReadOnly({ options, superOptions }: MountFacts): boolean {
  return options.includes('ro') || superOptions.includes('ro');
}

async function pingRange(host: Host, view: IdView): Promise<Evidence<readonly [number, number]>> {
  const path = '/proc/sys/net/ipv4/ping_group_range';
  const reply = await host.request({ kind: 'read', path });
  if (!reply.ok) return unknown(reply.error.reason, path);
  const [low, high] = reply.result.text.trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined) return unknown('it is not a pair of ids', path);
  if (low > high) return known([low, high], path);
  const range = [view.gid(low), view.gid(high)] as const;
  return range.includes(nobody)
    ? unknown('its ids have no name in this user namespace', path)
    : known(range, path);
}
