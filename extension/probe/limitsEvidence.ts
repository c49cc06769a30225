import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { Limits } from '../model/system.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';

/** The sysctls that gates ask, as this vantage's network and user namespace has them. */
export async function collectLimits(host: Host, view: IdView): Promise<Limits> {
  const [
    unprivilegedPortStart,
    pingGroupRange,
    maxUserNamespaces,
    unprivilegedUserNamespaces,
    ptraceScope,
    maxNetworkNamespaces,
    appArmorUserNamespaces,
  ] = await Promise.all([
    numberOf(host, 'net/ipv4/ip_unprivileged_port_start', null),
    pingRange(host, view),
    numberOf(host, 'user/max_user_namespaces', null),
    // A patch of Debian's kernel: where it does not exist, nothing is restricted.
    numberOf(host, 'kernel/unprivileged_userns_clone', 1),
    // A security module: where the kernel was built or started without it, nothing is restricted.
    numberOf(host, 'kernel/yama/ptrace_scope', 0),
    numberOf(host, 'user/max_net_namespaces', null),
    // A patch of Ubuntu's kernel.
    numberOf(host, 'kernel/apparmor_restrict_unprivileged_userns', 0),
  ]);
  return {
    unprivilegedPortStart,
    pingGroupRange,
    maxUserNamespaces,
    unprivilegedUserNamespaces,
    ptraceScope,
    maxNetworkNamespaces,
    appArmorUserNamespaces,
  };
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

async function pingRange(host: Host, view: IdView): Promise<Evidence<readonly [number, number]>> {
  const path = '/proc/sys/net/ipv4/ping_group_range';
  const reply = await host.request({ kind: 'read', path });
  if (!reply.ok) return unknown(reply.error.reason, path);
  const [low, high] = reply.result.text.trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined) return unknown('it is not a pair of ids', path);
  return known(low > high ? [low, high] : [view.gid(low), view.gid(high)], path);
}
