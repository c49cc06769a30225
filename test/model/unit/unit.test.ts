/** What assignments make of settings; test/systemd has a real systemd read random ones. */
import { describe, expect, it } from 'vitest';
import { allNamed, emptySet, setOf, without } from '../../../extension/model/capabilitySet.ts';
import type { Directive } from '../../../extension/model/unit/directives.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { valueOf } from '../../../extension/model/unit/unit.ts';
import { refusalOf, serviceType } from '../../../extension/model/unit/verification.ts';
import { readService } from './exampleUnit.ts';

const admin = setOf(12);
const raw = setOf(13);

describe('capability sets', () => {
  it.each<readonly [readonly string[], bigint]>([
    [['=CAP_NET_ADMIN'], admin],
    [['=cap_net_admin 13'], admin | raw],
    [['=CAP_NET_ADMIN', '=CAP_NET_RAW'], admin | raw],
    [['=CAP_NET_ADMIN CAP_NET_RAW', '=~CAP_NET_ADMIN'], raw],
    [['=CAP_NET_ADMIN', '='], emptySet],
    [['=net_admin'], emptySet],
    [['=CAP_NET_ADMIN', '=CAP_NET_ADMN'], emptySet],
    [['=CAP_NET_ADMIN,CAP_NET_RAW'], emptySet],
    [['="CAP_NET_ADMIN CAP_NET_RAW"'], emptySet],
    [['="CAP_NET_ADMIN" CAP_NET_RAW'], admin | raw],
    [['=CAP_NET_ADMIN ~CAP_NET_RAW'], admin],
    [['=CAP_NET_ADMIN # why'], admin],
    [['=%i'], emptySet],
  ])('%j: both settings alike', (lines, set) => {
    for (const key of ['AmbientCapabilities', 'CapabilityBoundingSet'] as const) {
      const { settings } = readService(lines.map((line) => `${key}${line}`));
      expect(valueOf(settings, key)).toBe(set);
    }
  });

  it('~ begins with all, for the ambient set also when it is empty', () => {
    const { settings } = readService(['AmbientCapabilities=', 'AmbientCapabilities=~CAP_NET_RAW']);
    expect(valueOf(settings, 'AmbientCapabilities')).toBe(without((1n << 64n) - 1n, raw));
  });

  it.each([
    [257, raw],
    [262, allNamed],
  ])('%i: after “~” the bounding set is %i', (version, set) => {
    const lines = ['CapabilityBoundingSet=~', 'CapabilityBoundingSet=CAP_NET_RAW'];
    expect(valueOf(readService(lines, { version }).settings, 'CapabilityBoundingSet')).toBe(set);
  });

  it('nothing sets the bounding set', () => {
    expect(valueOf(readService([]).settings, 'CapabilityBoundingSet')).toBe(null);
  });
});

describe('a value', () => {
  it.each<readonly [Directive, readonly string[], unknown]>([
    ['PrivateDevices', ['PrivateDevices=on', 'PrivateDevices='], true],
    ['PrivateDevices', ['PrivateDevices=YES'], true],
    ['PrivateDevices', ['PrivateDevices=yes # no'], false],
    ['PrivateDevices', ['privatedevices=yes'], false],
    ['PrivateMounts', ['PrivateMounts=yes', 'PrivateMounts='], null],
    ['DevicePolicy', ['DevicePolicy=closed', 'DevicePolicy='], 'closed'],
    ['ProtectSystem', ['ProtectSystem=t'], 'yes'],
    ['ProtectSystem', ['ProtectSystem=Strict'], 'no'],
    ['PrivateUsers', ['PrivateUsers=identity'], 'identity'],
    ['User', ['User=alice # me'], { kind: 'text', text: 'alice # me' }],
    ['User', ['User="alice"'], { kind: 'text', text: '"alice"' }],
    ['User', ['User=alice', 'User='], null],
    ['User', ['User=%H'], { kind: 'unknown', specifier: '%H' }],
    ['SecureBits', ['SecureBits=keep-caps', 'SecureBits=noroot x'], 1],
    [
      'RestrictAddressFamilies',
      ['RestrictAddressFamilies=AF_INET', 'RestrictAddressFamilies='],
      null,
    ],
    [
      'RestrictAddressFamilies',
      ['RestrictAddressFamilies=af_inet AF_ROUTE', 'RestrictAddressFamilies=~AF_INET'],
      { allow: true, names: new Set(['AF_NETLINK']) },
    ],
    [
      'RestrictAddressFamilies',
      ['RestrictAddressFamilies=none', 'RestrictAddressFamilies=~AF_INET'],
      { allow: false, names: new Set(['AF_INET']) },
    ],
    [
      'RestrictAddressFamilies',
      ['RestrictAddressFamilies="AF_INET AF_INET6"'],
      { allow: true, names: new Set() },
    ],
    ['RestrictNamespaces', ['RestrictNamespaces=net x'], null],
    [
      'RestrictNamespaces',
      ['RestrictNamespaces=net', 'RestrictNamespaces=user'],
      new Set(['net', 'user']),
    ],
    [
      'DeviceAllow',
      ['DeviceAllow=/dev//net/tun rw', 'DeviceAllow=/etc/passwd r', 'DeviceAllow=/dev/a RW'],
      [{ node: { kind: 'text', text: '/dev/net/tun' }, read: true, write: true, mknod: false }],
    ],
    ['NetworkNamespacePath', ['NetworkNamespacePath=relative'], null],
    ['SystemCallFilter', ['SystemCallFilter=@system-service', 'SystemCallFilter='], null],
    [
      'SystemCallFilter',
      ['SystemCallFilter=@system-service', 'SystemCallFilter=~ioctl:EPERM @network-io'],
      {
        allow: true,
        steps: [
          { name: '@system-service', errno: null, put: true },
          { name: 'ioctl', errno: 'EPERM', put: false },
          { name: '@network-io', errno: null, put: false },
        ],
      },
    ],
    [
      'Environment',
      ['Environment=A=1 "B=2 3" C', 'Environment=A=4'],
      new Map([
        ['A', { kind: 'text', text: '4' }],
        ['B', { kind: 'text', text: '2 3' }],
      ]),
    ],
    ['BindPaths', ['BindPaths=/a', 'BindReadOnlyPaths='], []],
  ])('%s: %j', (directive, lines, value) => {
    expect(valueOf(readService(lines).settings, directive)).toEqual(value);
  });

  it('comes with its assignments: those since the last reset', () => {
    const { settings } = readService(['AmbientCapabilities=CAP_CHOWN', 'AmbientCapabilities='], {
      dropIns: [['AmbientCapabilities=CAP_NET_ADMIN'], ['AmbientCapabilities=CAP_NET_RAW']],
    });
    const origins = settings.AmbientCapabilities?.origins ?? [];
    expect(origins.map(({ path, value }) => `${path}: ${value.text}`)).toEqual([
      '/etc/systemd/system/a.service.d/0.conf: CAP_NET_ADMIN',
      '/etc/systemd/system/a.service.d/1.conf: CAP_NET_RAW',
    ]);
  });
});

describe('a command', () => {
  it.each<readonly [string, readonly (readonly string[])[]]>([
    ['/bin/a "b c" $D', [['/bin/a', 'b c', '$D']]],
    ['/bin/a ; /bin/b', [['/bin/a'], ['/bin/b']]],
    ['/bin/a \\; b', [['/bin/a', ';', 'b']]],
    ['/bin/a; b', [['/bin/a;', 'b']]],
    ['@/bin/a b c', [['b', 'c']]],
    ['-+:/bin/a', [['/bin/a']]],
    ['/bin/a %n %%', [['/bin/a', 'a.service', '%']]],
    ['/bin/a \\q', [['/bin/a', '\\q']]],
    ['-/bin/', []],
  ])('%s', (text, argvs) => {
    const { settings } = readService([`ExecStart=${text}`]);
    const commands = valueOf(settings, 'ExecStart');
    expect(
      commands.map(({ argv }) => argv.map((word) => (word.kind === 'text' ? word.text : null))),
    ).toEqual(argvs);
  });

  it.each([
    ['+/bin/a', '+'],
    ['!/bin/a', '!'],
    ['!!/bin/a', '!!'],
    ['-@:/bin/a a', null],
  ] as const)('%s has the privilege %s', (text, privilege) => {
    const [command] = valueOf(readService([`ExecStart=${text}`]).settings, 'ExecStart');
    expect(command?.privilege).toBe(privilege);
  });
});

describe('systemd refuses', () => {
  it.each([
    ['a section header that is not closed', ['[Bad'], 'error'],
    ['bytes that are no UTF-8', ['User=\udcff'], 'error'],
    ['a user’s name that is none', ['User=a:b'], 'bad-setting'],
    ['an empty name from a specifier', ['User=%i'], 'bad-setting'],
    ['a program that is none', ['ExecStart=bin/a'], 'bad-setting'],
    ['a specifier that is none', ['ExecStart=/bin/a %Q'], 'bad-setting'],
    ['a DynamicUser= that is no boolean', ['DynamicUser='], 'bad-setting'],
    ['a relative root', ['RootDirectory=a'], 'bad-setting'],
    ['nothing where a failure does not matter', ['ExecStart=-bin/a'], 'loaded'],
    ['nothing for an unknown key', ['NetworkNamespace=private'], 'loaded'],
  ] as const)('%s', (_, lines, loadState) => {
    expect(readService(lines).loadState).toBe(loadState);
  });

  it('no unit for a drop-in, and reads no further in it', () => {
    const { settings, loadState } = readService(['User=alice'], {
      dropIns: [['Group=a', 'User=a:b', 'Group=b'], ['NoNewPrivileges=yes']],
    });
    expect(loadState).toBe('loaded');
    expect(valueOf(settings, 'User')).toEqual({ kind: 'text', text: 'alice' });
    expect(valueOf(settings, 'Group')).toEqual({ kind: 'text', text: 'a' });
    expect(valueOf(settings, 'NoNewPrivileges')).toBe(true);
  });

  it.each([
    [[], 'no-command'],
    [['ExecStart=/bin/a'], null],
    [['ExecStart=/bin/a', 'ExecStart=/bin/b'], 'several-start-commands-and-not-oneshot'],
    [['ExecStart=/bin/a', 'ExecStart=', 'ExecStart=/bin/b'], null],
    [['Type=oneshot', 'ExecStart=/bin/a', 'ExecStart=/bin/b'], null],
    [['Type=exec', 'ExecStop=/bin/a'], 'no-start-command-and-not-oneshot'],
    [['ExecStop=/bin/a'], 'no-start-command-and-not-remaining'],
    [['ExecStop=/bin/a', 'RemainAfterExit=yes'], null],
    [['ExecStart=/bin/a', 'DynamicUser=yes', 'WorkingDirectory=~'], 'home-of-dynamic-user'],
  ] as const)('%j: %s', (lines, refusal) => {
    expect(refusalOf(readService(lines).settings, systemdRules(257))).toBe(refusal);
  });

  it('a service without a type is simple, or oneshot when it starts nothing', () => {
    expect(serviceType(readService(['ExecStart=/bin/a']).settings)).toBe('simple');
    expect(serviceType(readService(['ExecStop=/bin/a']).settings)).toBe('oneshot');
  });
});

describe('a message', () => {
  it.each<readonly [readonly string[], string, string]>([
    [['NetworkNamespace=private'], 'unknown-key', 'NetworkNamespace'],
    [['ambientcapabilities=CAP_KILL'], 'unknown-key', 'ambientcapabilities'],
    [['Capabilities=cap_net_admin+ep'], 'removed-key', 'Capabilities'],
    [['[service]', 'User=a'], 'unknown-section', 'service'],
    [['nonsense'], 'missing-equals', 'nonsense'],
    [['AmbientCapabilities=CAP_NET_ADMN'], 'unknown-capability', 'CAP_NET_ADMN'],
    [['SystemCallFilter=~nosuch swapon'], 'unknown-system-call', 'nosuch'],
    [['SystemCallFilter=@system-services'], 'unknown-system-call', '@system-services'],
    [['SystemCallFilter=~socket:ENOSUCH'], 'invalid-word', 'socket:ENOSUCH'],
    [['SystemCallErrorNumber=0'], 'invalid-value', '0'],
    [['LogNamespace=..'], 'invalid-value', '..'],
    [['SocketBindDeny=any tcp:80'], 'invalid-value', 'any tcp:80'],
    [['SocketBindAllow=0-80'], 'invalid-value', '0-80'],
    [['RestrictAddressFamilies=AF_FOO'], 'unknown-address-family', 'AF_FOO'],
    [['DeviceAllow=/dev/net/tun RW'], 'invalid-device-rights', 'RW'],
    [['PrivateDevices='], 'empty-value', ''],
    [['Environment="A=1'], 'unbalanced-quote', '"A=1'],
  ])('%j: %s at %j', (lines, problem, subject) => {
    const { messages } = readService(lines);
    expect(messages.map((message) => [message.problem, message.subject])).toEqual([
      [problem, subject],
    ]);
    const text = ['[Service]', ...lines, ''].join('\n');
    const { start, end } = messages[0]?.span ?? { start: -1, end: -1 };
    expect(text.slice(start, end)).toBe(subject);
  });

  it.each([
    ['a section for others', ['[X-Mine]', 'Foo=1', 'nonsense']],
    ['a key for others', ['X-Mine=1']],
    ['comments', ['# Foo=1', ' ; Foo=1']],
  ])('is not made of %s', (_, lines) => {
    expect(readService(lines).messages).toEqual([]);
  });
});
