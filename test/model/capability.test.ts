import { describe, expect, it } from 'vitest';
import {
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  CAP_SYS_PTRACE,
  capability,
  capabilityName,
  namedCapabilityCount,
  parseCapability,
} from '../../extension/model/capability.ts';

it('numbers capabilities as include/uapi/linux/capability.h does', () => {
  expect({
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_SETUID,
    CAP_NET_BIND_SERVICE,
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_SYS_PTRACE,
    CAP_SYS_ADMIN,
  }).toEqual({
    CAP_DAC_OVERRIDE: 1,
    CAP_DAC_READ_SEARCH: 2,
    CAP_SETUID: 7,
    CAP_NET_BIND_SERVICE: 10,
    CAP_NET_ADMIN: 12,
    CAP_NET_RAW: 13,
    CAP_SYS_PTRACE: 19,
    CAP_SYS_ADMIN: 21,
  });
  expect(capability('cap_checkpoint_restore')).toBe(40);
  expect(namedCapabilityCount).toBe(41);
});

describe('the name', () => {
  // Every one of the header, in its order: a slip of the keyboard here would go to setcap.
  it.each(
    'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
      .split(' ')
      .map((name, number) => [number, `cap_${name}`] as const),
  )('of %i is %s', (number, name) => {
    expect(capabilityName(number)).toBe(name);
    expect(parseCapability(name)).toBe(number);
  });

  it('of a number without one is the number', () => {
    expect(capabilityName(41)).toBe('41');
  });
});

describe('a capability is read', () => {
  it.each([
    ['cap_net_admin', 12],
    ['CAP_NET_ADMIN', 12],
    ['net_admin', 12],
    [' net_admin\n', 12],
    ['0', 0],
    ['63', 63],
    ['41', 41],
  ])('from %j as %i', (text, number) => {
    expect(parseCapability(text)).toBe(number);
  });

  it.each(['', 'cap_', 'cap_net', '64', '99', '100', '-1', '1a', 'a1', 'cap_cap_kill', '12 13'])(
    'not from %j',
    (text) => {
      expect(parseCapability(text)).toBeNull();
    },
  );
});
