import { CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE } from '../capability.ts';
import { overridesFileAccess } from '../capable.ts';
import { isInitialRoot } from '../credentials.ts';
import type { Evidence } from '../evidence.ts';
import { cannotTell, capabilityObservation, passes, refuses, type Gate } from '../gate.ts';
import { allows } from '../programFile.ts';
import type { SandboxAttempt } from '../system.ts';
import { userNamespaceRefusal } from '../userNamespaceCreation.ts';

/** No capability helps here: only the groups of the process count. */
export function pingGroupRange(call: string): Gate {
  return {
    id: 'ping-group-range',
    source: 'ping_init_sock() in net/ipv4/ping.c',
    check: ({ credentials, limits: { pingGroupRange: range } }) => {
      if (range.kind === 'unknown') {
        return cannotTell(call, `net.ipv4.ping_group_range: ${range.reason}`);
      }
      const [low, high] = range.value;
      const fits = [credentials.gid.effective, ...credentials.groups].some(
        (gid) => gid >= low && gid <= high,
      );
      const looked = {
        kind: 'sysctl',
        name: 'net.ipv4.ping_group_range',
        value: `${String(low)} ${String(high)}`,
        detail: fits ? 'a group of the process is in it' : 'no group of the process is in it',
      } as const;
      return fits ? passes(call, looked) : refuses(call, 'EACCES', looked);
    },
  };
}

/** `inet_port_requires_bind_service()`: port 0 and those from the sysctl upwards are free. */
export function lowPort(source: string): Gate {
  return {
    id: 'low-port',
    source,
    check: (context) => {
      const { port } = context.request;
      const call = `bind(port ${String(port)})`;
      const start = context.limits.unprivilegedPortStart;
      const capable = capabilityObservation(context, 'network', CAP_NET_BIND_SERVICE);
      if (capable.held) return passes(call, capable);
      if (start.kind === 'unknown') {
        return cannotTell(call, `net.ipv4.ip_unprivileged_port_start: ${start.reason}`);
      }
      if (port === 0 || port >= start.value) {
        return passes(call, {
          kind: 'sysctl',
          name: 'net.ipv4.ip_unprivileged_port_start',
          value: String(start.value),
          detail: `port ${String(port)} needs no privilege`,
        });
      }
      return refuses(call, 'EACCES', capable);
    },
  };
}

/** The gates inside apply where `kernel.unprivileged_bpf_disabled` is not 0. */
export function whereBpfIsPrivileged(gate: Gate): Gate {
  return {
    ...gate,
    check: (context) => {
      const { unprivilegedBpfDisabled: disabled } = context.limits;
      const answer = gate.check(context);
      if (answer?.outcome !== 'refuses') return answer;
      if (disabled.kind === 'unknown') {
        return cannotTell(answer.call, `kernel.unprivileged_bpf_disabled: ${disabled.reason}`);
      }
      return disabled.value === 0
        ? passes(answer.call, {
            kind: 'sysctl',
            name: 'kernel.unprivileged_bpf_disabled',
            value: '0',
            detail: 'every process may load this kind',
          })
        : answer;
    },
  };
}

/** `create_user_ns()`, and Debian's switch before it. */
export function userNamespaceAllowed(call: string): Gate {
  return {
    id: 'user-namespace',
    source: 'create_user_ns() in kernel/user_namespace.c',
    check: ({ credentials, limits, sandboxAttempt }) => {
      const refusal = userNamespaceRefusal(limits, credentials) ?? refusedAttempt(sandboxAttempt);
      if (refusal !== null) {
        const { cause, errno } = refusal;
        return refuses(call, errno, { kind: 'namespace', cause });
      }
      const { maxUserNamespaces: most } = limits;
      return most.kind === 'unknown'
        ? cannotTell(call, `user.max_user_namespaces: ${most.reason}`)
        : passes(call, {
            kind: 'sysctl',
            name: 'user.max_user_namespaces',
            value: String(most.value),
            detail: 'a user namespace can be created',
          });
    },
  };
}

/** What no limit tells: nested limits, a chroot and a security module show when it is tried. */
function refusedAttempt(attempt: Evidence<SandboxAttempt>) {
  if (attempt.kind === 'unknown' || attempt.value.refusal === null) return null;
  const { refusal, chrooted } = attempt.value;
  if (refusal.call !== 'unshare(CLONE_NEWUSER)') return null;
  return { cause: chrooted ? 'chrooted' : 'attempt', errno: refusal.errno } as const;
}

/** `inc_net_namespaces()`: each user namespace may have so many. */
export function networkNamespaceAllowed(call: string): Gate {
  return {
    id: 'network-namespace',
    source: 'copy_net_ns() in net/core/net_namespace.c',
    check: ({ limits: { maxNetworkNamespaces: most } }) => {
      if (most.kind === 'unknown')
        return cannotTell(call, `user.max_net_namespaces: ${most.reason}`);
      return most.value === 0
        ? refuses(call, 'ENOSPC', { kind: 'namespace', cause: 'max-net-namespaces' })
        : passes(call, {
            kind: 'sysctl',
            name: 'user.max_net_namespaces',
            value: String(most.value),
            detail: 'a network namespace can be created',
          });
    },
  };
}

const writeSysctl = 'open(/proc/sys/net/…, O_WRONLY)';

/** `net_ctl_permissions()` and `test_perm()`: the bits of the owner, for the network's administrator and for root. */
export const networkSysctlOwner: Gate = {
  id: 'sysctl-owner',
  source: 'net_ctl_permissions() in net/sysctl_net.c',
  check: (context) => {
    const capable = capabilityObservation(context, 'network', CAP_NET_ADMIN);
    if (capable.held) return passes(writeSysctl, capable);
    return isInitialRoot(context.credentials)
      ? passes(writeSysctl, {
          kind: 'node',
          path: '/proc/sys/net',
          detail: 'mode 0644, and the process is root',
        })
      : refuses(writeSysctl, 'EACCES', capable);
  },
};

/** Containers see `/proc/sys` mounted read-only. */
export const networkSysctlMount: Gate = {
  id: 'sysctl-mount',
  source: 'mnt_get_write_access() in fs/namespace.c',
  check: ({ limits: { networkSysctlsReadOnly: readOnly } }) => {
    if (readOnly.kind === 'unknown')
      return cannotTell(writeSysctl, `the mount at /proc/sys/net: ${readOnly.reason}`);
    const looked = (detail: string) => ({ kind: 'node', path: '/proc/sys/net', detail }) as const;
    return readOnly.value
      ? refuses(writeSysctl, 'EROFS', looked('it is mounted read-only'))
      : passes(writeSysctl, looked('it is mounted for writing'));
  },
};

const openLock = 'open(/run/xtables.lock)';

/** A gate of user space: legacy iptables opens its lock before the first system call that matters. */
export const xtablesLock: Gate = {
  id: 'xtables-lock',
  source: 'xtables_lock() in iptables/xshared.c',
  check: ({ credentials, limits: { xtablesLock: lock } }) => {
    if (lock.kind === 'unknown') return cannotTell(openLock, `/run/xtables.lock: ${lock.reason}`);
    const { path, folder, readOnly, mode, uid, gid } = lock.value;
    const detail = `${folder ? 'the lock would be made in it; ' : ''}mode ${mode.toString(8).padStart(4, '0')}, owner ${String(uid)}, group ${String(gid)}`;
    const looked = { kind: 'node', path, detail } as const;
    const opens =
      allows(credentials, lock.value, folder ? 0o3 : 0o4) ||
      overridesFileAccess(credentials, lock.value) ||
      (!folder && overridesFileAccess(credentials, lock.value, CAP_DAC_READ_SEARCH));
    if (!opens) return refuses(openLock, 'EACCES', looked);
    return folder && readOnly
      ? refuses(openLock, 'EROFS', { kind: 'node', path, detail: 'it is mounted read-only' })
      : passes(openLock, looked);
  },
};
