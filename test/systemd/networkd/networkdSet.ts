/** Random files of systemd-networkd, as people write them and as nobody would. */
import fc from 'fast-check';
import { release } from 'node:os';
import { networkdPaths } from '../../../extension/model/networkd/networkdFile.ts';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';

// /lib is a link to /usr/lib in every release that is booted.
const folders = networkdPaths.filter((path) => path !== '/lib/systemd/network');

/** Few, so that some meet. */
const names = [
  ...Array.from({ length: 40 }, (_, index) => `net${String(index)}`),
  ...['abcdefghijklmno', '1a', '-a', 'a;b', 'a#b', "a'b", 'a\\b', 'x.y', 'ALL', 'tun+'],
];

const refusedNames = [
  ...[
    'abcdefghijklmnop',
    '12',
    '0',
    '0x12',
    '0b1',
    '0o7',
    '+5',
    '007',
    'a:b',
    'a/b',
    'a b',
    'tun%d',
  ],
  ...['all', 'default', '.', '..', 'é', 'lo', 'net1 # mine', ''],
];

const accounts = [
  ...['alice', 'bob', 'root', '0', '1000', '4242', 'nobody', '65534', '4294967294'],
  ...[
    'nosuch',
    'Alice',
    '65535',
    '4294967295',
    '01000',
    '+1000',
    '-1',
    '%u',
    'alice # me',
    '"alice"',
  ],
  ...["al'ice", 'a\\x6cice', '', 'tunners', 'strangers', '1002'],
];

const booleans = ['yes', 'no', '1', 'TRUE', 'off', 'y', '', 'perhaps', 'yes # two'];

const kinds = ['tun', 'tun', 'tun', 'tap', 'tap', 'TUN', '', 'tuntap', 'tap # x'];

function line(key: string, values: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...values).map((value) => `${key}=${value}`);
}

const tunLine = fc.oneof(
  { weight: 4, arbitrary: line('User', accounts) },
  { weight: 2, arbitrary: line('Group', accounts) },
  line('MultiQueue', booleans),
  line('PacketInfo', booleans),
  line('VNetHeader', booleans),
  line('KeepCarrier', booleans),
  fc.constantFrom(
    'user=alice',
    'Owner=alice',
    'X-Site=east',
    '# a comment',
    '; another',
    '',
    'no equals',
    '=x',
  ),
);

const sections: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      '[Tun]',
      '[Tun]',
      '[Tun]',
      '[Tap]',
      '[Tap]',
      '[tun]',
      '[X-Tun]',
      '[Network]',
      '[NetDev]',
    ),
    fc.array(tunLine, { maxLength: 4 }),
  )
  .map(([header, lines]) => [header, ...lines].join('\n'));

const broken = fc.constantFrom('[Tun', '["Tun"]', '[Tap\\]');

/** What a lab is called here. */
export const hostName = 'gateway';

/**
 * Conditions that the model can tell for a lab, which is a container called `lab`; the kernel’s release and the
 * processor are whatever they are.
 */
const condition = fc.oneof(
  line('Host', [
    ...['gateway', 'GateWay', 'gate*', 'g?teway', '[a-g]ateway', 'nosuch', '!nosuch', '!gateway'],
    ...['*', '!*', '', 'gateway # here', 'gateway east'],
  ]),
  line('Virtualization', [
    ...['yes', 'no', '!no', 'container', '!container', 'vm', '!vm', 'docker', '!docker'],
    ...['container-other', 'lab', 'kvm', '!kvm', ''],
  ]),
  line('KernelCommandLine', ['quiet', '!quiet', '--system', '!--system', '']),
  line('Firmware', ['uefi', '!uefi', 'nosuch', '!nosuch', '']),
  line('Architecture', ['x86-64', '!x86-64', 'arm64', '!arm64', 'nosuch', '!nosuch', 'x86_64', '']),
  line('KernelVersion', [
    ...['>=2.6', '> 2.6', '<2.6', '!<2.6', '=2.6', '!=2.6', '==2.6', '<>2.6', '>99', '<99 >2.6'],
    ...[release(), `=${release()}`, `<=${release()}`, `<${release()}`, `==${release()}`, '*', '2*'],
    ...[`>=${release()}~rc1`, `<${release()}^1`, `${release().slice(0, 2)}*`, '<99 <2.6', ''],
  ]),
);

/** Most files have none. */
const match = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  fc
    .array(condition, { minLength: 1, maxLength: 3 })
    .map((lines) => ['[Match]', ...lines, ''].join('\n')),
);

const mainText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', 'Name=early', '\uFEFF'),
    match,
    fc.array(fc.oneof({ weight: 6, arbitrary: line('Name', names) }, line('Name', refusedNames)), {
      minLength: 1,
      maxLength: 2,
    }),
    fc.array(line('Kind', kinds), { minLength: 1, maxLength: 2 }),
    fc.constantFrom(
      '',
      '',
      '',
      'MTUBytes=1400',
      'MACAddress=02:00:00:00:00:01',
      'Description=a',
      'Foo=1',
    ),
    fc.array(sections, { maxLength: 3 }),
    fc.oneof({ weight: 15, arbitrary: fc.constant('') }, broken),
    fc.constantFrom('\n', '\n', '\n', '\r\n'),
  )
  .map(([before, matchLines, nameLines, kindLines, other, rest, end, newline]) =>
    [before, matchLines, '[NetDev]', ...nameLines, ...kindLines, other, ...rest, end, '']
      .join('\n')
      .replaceAll('\n', newline),
  );

const dropInText = fc.oneof(
  { weight: 5, arbitrary: sections },
  fc.constantFrom(
    '[NetDev]\nName=',
    '[Match]\nHost=nosuch',
    '[Match]\nHost=',
    '[NetDev]\nKind=tap',
    'User=alice',
    '[Tap',
    '',
  ),
);

const matchLine = fc.oneof(
  {
    weight: 4,
    arbitrary: line('Name', [
      ...names,
      'net1*',
      'net?',
      'net[0-3]',
      'net[!0-3]*',
      '*',
      '!net*',
      '!net1 net2',
      'net5 net6',
      '',
    ]),
  },
  line('Type', ['tun', 'tap', 'none', 'ether', '!ether', 'n*', '']),
  line('Kind', ['tun', 'tap', '!tun', 't*', '']),
  condition,
  fc.constantFrom('Bogus=1', 'X-Site=east', '# a comment', ''),
);

const networkText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(matchLine, { maxLength: 3 }),
    fc.oneof({ weight: 12, arbitrary: fc.constant('') }, broken),
  )
  .map(([lines, end]) =>
    ['[Match]', ...lines, end, '[Network]', 'LinkLocalAddressing=no', ''].join('\n'),
  );

/** Files that are read together. */
export const networkdSet: fc.Arbitrary<readonly UnitEntry[]> = fc
  .tuple(files('netdev', mainText, 60), files('network', networkText, 12))
  .map((both) => [...new Map(both.flat().map((entry) => [entry.path, entry])).values()]);

function files(
  type: 'netdev' | 'network',
  text: fc.Arbitrary<string>,
  count: number,
): fc.Arbitrary<readonly UnitEntry[]> {
  const folder = fc.constantFrom(...folders);
  const name = fc.integer({ min: 10, max: 99 }).map((number) => `${String(number)}-a.${type}`);
  const own = fc
    .tuple(
      folder,
      name,
      fc.oneof({ weight: 9, arbitrary: text }, fc.constant(null), fc.constant('')),
    )
    .map(([path, file, content]): UnitEntry =>
      content === null
        ? { path: `${path}/${file}`, kind: 'link', target: '/dev/null' }
        : { path: `${path}/${file}`, kind: 'file', text: content },
    );
  const dropIn = fc
    .tuple(
      folder,
      name,
      fc.constantFrom('1.conf', '2.conf', 'a.txt'),
      type === 'netdev' ? dropInText : text,
    )
    .map(([path, file, extra, content]): UnitEntry => {
      return { path: `${path}/${file}.d/${extra}`, kind: 'file', text: content };
    });
  return fc
    .tuple(
      fc.array(own, { minLength: count, maxLength: count }),
      fc.array(dropIn, { minLength: count / 3, maxLength: count / 3 }),
    )
    .map((both) => both.flat());
}
