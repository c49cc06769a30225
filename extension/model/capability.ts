/**
 * The capabilities by number, as in `include/uapi/linux/capability.h` and capabilities(7).
 * The index in the list is the capability's bit number.
 */
const capabilityNames = [
  'cap_chown',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_fowner',
  'cap_fsetid',
  'cap_kill',
  'cap_setgid',
  'cap_setuid',
  'cap_setpcap',
  'cap_linux_immutable',
  'cap_net_bind_service',
  'cap_net_broadcast',
  'cap_net_admin',
  'cap_net_raw',
  'cap_ipc_lock',
  'cap_ipc_owner',
  'cap_sys_module',
  'cap_sys_rawio',
  'cap_sys_chroot',
  'cap_sys_ptrace',
  'cap_sys_pacct',
  'cap_sys_admin',
  'cap_sys_boot',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_sys_time',
  'cap_sys_tty_config',
  'cap_mknod',
  'cap_lease',
  'cap_audit_write',
  'cap_audit_control',
  'cap_setfcap',
  'cap_mac_override',
  'cap_mac_admin',
  'cap_syslog',
  'cap_wake_alarm',
  'cap_block_suspend',
  'cap_audit_read',
  'cap_perfmon',
  'cap_bpf',
  'cap_checkpoint_restore',
] as const;

export type CapabilityName = (typeof capabilityNames)[number];

/** A capability's bit number, 0 to 63. Numbers past the last known name are legal: newer kernels have them. */
export type Capability = number;

/** How many capabilities this release knows by name (CAP_LAST_CAP + 1 of Linux 5.9 and later). */
export const namedCapabilityCount = capabilityNames.length;

/** The name that cap_to_name(3) gives: `cap_net_admin`, or the bare number where no name is known. */
export function capabilityName(capability: Capability): string {
  return capabilityNames[capability] ?? String(capability);
}

/**
 * The number of a capability given as `cap_net_admin`, `CAP_NET_ADMIN`, `net_admin` or a number
 * below 64; null when there is no such capability.
 */
export function parseCapability(text: string): Capability | null {
  const lower = text.trim().toLowerCase();
  if (/^\d{1,2}$/.test(lower)) {
    const number = Number(lower);
    return number < 64 ? number : null;
  }
  const name = lower.startsWith('cap_') ? lower : `cap_${lower}`;
  const index = capabilityNames.findIndex((candidate) => candidate === name);
  return index === -1 ? null : index;
}

export function capability(name: CapabilityName): Capability {
  return capabilityNames.indexOf(name);
}

export const CAP_DAC_OVERRIDE = capability('cap_dac_override');
export const CAP_DAC_READ_SEARCH = capability('cap_dac_read_search');
export const CAP_SETGID = capability('cap_setgid');
export const CAP_SETUID = capability('cap_setuid');
export const CAP_SETPCAP = capability('cap_setpcap');
export const CAP_NET_BIND_SERVICE = capability('cap_net_bind_service');
export const CAP_NET_ADMIN = capability('cap_net_admin');
export const CAP_NET_RAW = capability('cap_net_raw');
export const CAP_SETFCAP = capability('cap_setfcap');
export const CAP_SYS_CHROOT = capability('cap_sys_chroot');
export const CAP_SYS_PTRACE = capability('cap_sys_ptrace');
export const CAP_SYS_ADMIN = capability('cap_sys_admin');
export const CAP_SYS_NICE = capability('cap_sys_nice');
export const CAP_WAKE_ALARM = capability('cap_wake_alarm');
export const CAP_PERFMON = capability('cap_perfmon');
export const CAP_BPF = capability('cap_bpf');
