import { parseCapability, type CapabilityName } from '../model/capability.ts';

/** A capability as units name it, its number, and what it permits. */
export interface CapabilityMeaning {
  /** `CAP_NET_ADMIN`. */
  readonly name: string;
  readonly number: number;
  /** After capabilities(7), in one line without a full stop. */
  readonly permits: string;
}

/** By number. */
export function capabilityMeanings(): readonly CapabilityMeaning[] {
  return Object.entries(permits).flatMap(([name, text]) => {
    const number = parseCapability(name);
    return number === null ? [] : [{ name: name.toUpperCase(), number, permits: text }];
  });
}

const permits: Readonly<Record<CapabilityName, string>> = {
  cap_chown: 'Changing the owner and group of any file',
  cap_dac_override: 'Reading, writing and executing files whatever their mode says',
  cap_dac_read_search: 'Reading any file and searching any directory',
  cap_fowner: 'What only the owner of a file may do, such as chmod(2)',
  cap_fsetid: 'Keeping the set-user-ID and set-group-ID bits of a file that is changed',
  cap_kill: 'Sending signals to processes of others',
  cap_setgid: 'Changing to any group id and setting supplementary groups',
  cap_setuid: 'Changing to any user id',
  cap_setpcap:
    'Adding to the inheritable set from the bounding set, dropping from the bounding set, changing securebits',
  cap_linux_immutable: 'Setting the append-only and immutable attributes of files',
  cap_net_bind_service: 'Binding ports below net.ipv4.ip_unprivileged_port_start, 1024 as a rule',
  cap_net_broadcast: 'Nothing: it is not used',
  cap_net_admin:
    'Creating TUN devices; configuring interfaces, addresses, routes, firewalls and sockets',
  cap_net_raw: 'Opening raw and packet sockets; binding to any address for transparent proxying',
  cap_ipc_lock: 'Locking memory without a limit',
  cap_ipc_owner: 'System V IPC whatever the permissions of the objects say',
  cap_sys_module: 'Loading and removing kernel modules',
  cap_sys_rawio: 'Access to I/O ports and physical memory',
  cap_sys_chroot: 'chroot(2), and entering mount namespaces',
  cap_sys_ptrace: 'Tracing any process and reading its memory',
  cap_sys_pacct: 'Process accounting, acct(2)',
  cap_sys_admin: 'Much of what root may do: mounting, making and entering namespaces, and more',
  cap_sys_boot: 'Rebooting, and loading another kernel',
  cap_sys_nice: 'Raising priorities, real-time scheduling, CPU affinity of other processes',
  cap_sys_resource: 'Going beyond resource limits, quotas and reserved space',
  cap_sys_time: 'Setting the system clock and the hardware clock',
  cap_sys_tty_config: 'vhangup(2), and privileged calls on virtual terminals',
  cap_mknod: 'Making device nodes with mknod(2)',
  cap_lease: 'Leases on files of others',
  cap_audit_write: 'Writing records to the audit log',
  cap_audit_control: 'Configuring auditing',
  cap_setfcap: 'Giving files capabilities',
  cap_mac_override: 'Overriding mandatory access control (Smack)',
  cap_mac_admin: 'Configuring mandatory access control (Smack)',
  cap_syslog: 'Privileged syslog(2), and seeing kernel addresses',
  cap_wake_alarm: 'Timers that wake the system',
  cap_block_suspend: 'Keeping the system from suspending',
  cap_audit_read: 'Reading the audit log by netlink',
  cap_perfmon: 'Performance monitoring, perf_event_open(2)',
  cap_bpf: 'Privileged BPF; networking programs want CAP_NET_ADMIN as well',
  cap_checkpoint_restore:
    'Checkpoint and restore: choosing process ids, reading /proc/PID/map_files',
};
