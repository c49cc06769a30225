/** Random units with their drop-ins, as people write them and as nobody would. */
import fc from 'fast-check';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import type { Manager } from '../lab/lab.ts';

/** A unit’s name, and all that a manager finds for it. */
export interface UnitSet {
  readonly manager: Manager;
  readonly name: string;
  readonly entries: readonly UnitEntry[];
}

/** Where a manager finds units; the first counts most. */
const loadPaths: Readonly<Record<Manager, readonly [string, string, string]>> = {
  system: ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'],
  user: ['/home/alice/.config/systemd/user', '/etc/systemd/user', '/usr/lib/systemd/user'],
};

/** A unit whose names hold `unique`, so that many can be loaded at once. */
export function unitSet(unique: string): fc.Arbitrary<UnitSet> {
  return fc
    .tuple(
      fc.constantFrom<Manager>('system', 'system', 'user'),
      fc.constantFrom<Shape>('plain', 'plain', 'dashed', 'instance', 'template', 'alias'),
    )
    .chain(([manager, shape]) => {
      const paths = loadPaths[manager];
      const { name, fragments, dropIns } = namesOf(shape, unique);
      const own = fc.record({
        path: fc.constantFrom(...paths),
        file: fc.constantFrom(...fragments),
      });
      return fc
        .tuple(
          fc.array(fc.tuple(own, unitText), { minLength: 1, maxLength: 2 }),
          fc.array(fc.tuple(dropInPath(paths, dropIns), dropInText), { maxLength: 4 }),
          fc.constantFrom(...paths),
          fc.constantFrom(...masks),
        )
        .map(([units, extras, aliasPath, mask]): UnitSet => {
          const entries = new Map<string, UnitEntry>();
          const put = (entry: UnitEntry) => entries.set(entry.path, entry);
          for (const [{ path, file }, text] of units) {
            put({ path: `${path}/${file}`, kind: 'file', text });
          }
          for (const [path, text] of extras) put({ path, kind: 'file', text });
          const first = units[0]?.[0];
          if (shape === 'alias' && first !== undefined) {
            const target = `${first.path}/${first.file}`;
            put({ path: `${aliasPath}/${name}`, kind: 'link', target });
          }
          if (mask === 'mask')
            put({ path: `${paths[0]}/${name}`, kind: 'link', target: '/dev/null' });
          if (mask === 'empty') put({ path: `${paths[1]}/${name}`, kind: 'file', text: '' });
          return { manager, name, entries: [...entries.values()] };
        });
    });
}

type Shape = 'plain' | 'dashed' | 'instance' | 'template' | 'alias';

const masks = [...Array<'none'>(30).fill('none'), 'mask', 'empty'] as const;

function namesOf(shape: Shape, unique: string) {
  switch (shape) {
    case 'plain':
      return names(`${unique}.service`, [`${unique}.service`], [`${unique}.service`]);
    case 'dashed': {
      const name = `${unique}-mid-end.service`;
      return names(name, [name], [name, `${unique}-mid-.service`, `${unique}-.service`]);
    }
    case 'instance': {
      const name = `${unique}-x@in-st.service`;
      const template = `${unique}-x@.service`;
      const all = [name, template, `${unique}-@in-st.service`, `${unique}-@.service`];
      return names(name, [template, template, name], all);
    }
    case 'template': {
      const name = `${unique}@1.service`;
      return names(name, [`${unique}@.service`], [name, `${unique}@.service`]);
    }
    case 'alias': {
      const real = `${unique}.service`;
      const alias = `${unique}alias.service`;
      return names(alias, [real], [real, alias]);
    }
  }
}

function names(name: string, fragments: readonly string[], dropIns: readonly string[]) {
  return { name, fragments, dropIns };
}

function dropInPath(paths: readonly string[], dropIns: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...paths),
      fc.constantFrom(...dropIns),
      fc.constantFrom('10-a.conf', '20-b.conf', '5-c.conf', 'z.conf', 'no.config', '.hidden.conf'),
    )
    .map(([path, name, file]) => `${path}/${name}.d/${file}`);
}

const capabilityWord = fc.constantFrom(
  ...['CAP_NET_ADMIN', 'CAP_NET_RAW', 'cap_net_bind_service', 'CAP_SYS_ADMIN', 'CAP_CHOWN'],
  ...['12', '0x0d', '010', '63', '64', '-1', '+5', 'net_admin', 'CAP_NET_ADMN', 'ALL', '#x'],
  ...['CAP_NET_ADMIN,CAP_NET_RAW', '"CAP_NET_ADMIN"', '"CAP_NET_ADMIN CAP_NET_RAW"', "'CAP_MKNOD"],
  ...['~CAP_NET_RAW', 'CAP_NET_ADMIN+ep', 'CAP_NET_\\ADMIN', '%i'],
);
const familyWord = fc.constantFrom(
  ...[
    'AF_INET',
    'AF_INET6',
    'AF_NETLINK',
    'AF_PACKET',
    'AF_UNIX',
    'af_inet',
    'AF_LOCAL',
    'AF_ROUTE',
  ],
  ...[
    'none',
    'AF_FOO',
    'AF_INET,AF_INET6',
    '"AF_INET"',
    '"AF_INET AF_INET6"',
    'AF_DECnet',
    '~AF_INET',
  ],
);
const callWord = fc.constantFrom(
  ...[
    '@system-service',
    '@network-io',
    '@privileged',
    '@default',
    '@known',
    '@nosuch',
    '@basic-io',
  ],
  ...['socket', 'ioctl', 'prctl', 'socket:EPERM', 'bind:13', 'openat:kill', 'openat:ENOSUCH'],
  ...[
    'openat:9999',
    'read:',
    ':EPERM',
    'nosuch',
    'clone3:EINVAL:x',
    '"socket"',
    '@network-io:EPERM',
  ],
  ...['~socket', '%i', 'write:0', 'close:4095', 'nosuch:EPERM', '@nosuch:EPERM', 'unshare:eperm'],
);
const namespaceWord = fc.constantFrom(
  'net',
  'user',
  'mnt',
  'pid',
  'ipc',
  'uts',
  'cgroup',
  'time',
  'NET',
  'x',
);
const pathWord = fc.constantFrom(
  ...[
    '/a',
    '/b/c',
    '-/d',
    '+/e',
    '-+/f',
    '+-/g',
    '/h//i/',
    '/j/./k',
    '/l/../m',
    'rel',
    '%i',
    '/%n/%i',
  ],
  ...['"/q r"', '/s\\ t', "/u'v", '/%%', '/%Q', '/tmp/%N', '/%p.%j'],
  ...['%h/x', '%t/x', '%S/x', '%C/x', '%E/x', '%L/x', '%Y/x', '%y', '%f', '/%I-%J-%P', '/%u%U%g%G'],
);
const bindWord = fc.constantFrom(
  ...[
    '/a',
    '/a:/b',
    '/a:/b:norbind',
    '-/a:/b:rbind',
    '/a:/b:x',
    '/a:',
    ':/b',
    'a:/b',
    '/a:b',
    '"/a b":/c',
  ],
);
const commandWord = fc.constantFrom(
  ...[
    'a',
    '"b c"',
    "'d  e'",
    '\\x41',
    '\\t',
    '\\q',
    '"\\""',
    '$HOME',
    '${A}',
    '%n',
    '%i',
    '%%',
    '%',
    ';',
    '\\;',
  ],
  ...[
    '"unbalanced',
    'x;',
    '--opt=1',
    '\\',
    '/bin/true',
    '',
    "''",
    'é',
    '\\u00e9',
    '\\xc3\\xa9',
    '# no',
  ],
);
const commandStart = fc.constantFrom(
  ...[
    '/bin/true',
    'true',
    '-/bin/true',
    '@/bin/true',
    '+/bin/true',
    '!/bin/true',
    '!!/bin/true',
    ':/bin/true',
  ],
  ...[
    '-@/bin/true',
    '+!/bin/true',
    '!+/bin/true',
    '!!!/bin/true',
    '--/bin/true',
    '/bin//./true',
    '/bin/',
    'bin/true',
  ],
  ...[
    '-',
    '"/bin/a b"',
    '/bin/%n',
    '%i',
    '|/bin/true',
    '-bin/x',
    '-"/bin/x',
    '- /bin/true',
    '@- /bin/true',
  ],
);
const variableWord = fc.constantFrom(
  ...[
    'A=1',
    'B=2',
    '"A=3 4"',
    "C='x y'",
    'D',
    '1E=2',
    'F=%i',
    'G=\\x41',
    'H=\\q',
    '"I=',
    'J="k"l',
    'A=',
    'K=a#b',
    'L=;',
  ],
);
const booleanWord = fc.constantFrom(
  ...[
    'yes',
    'no',
    'on',
    'OFF',
    '1',
    '0',
    'y',
    'N',
    'True',
    'f',
    '',
    '2',
    'yes # no',
    'enable',
    '"yes"',
  ],
);
const userWord = fc.constantFrom(
  ...[
    'alice',
    '"alice"',
    'alice # x',
    '0',
    '1000',
    '007',
    '65535',
    '-1',
    'a b',
    '',
    '%i',
    '%n',
    'a:b',
    'é',
    '.',
    'nobody',
    '%u',
  ],
);

function words(word: fc.Arbitrary<string>, prefix: readonly string[] = ['']): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...prefix),
      fc.array(word, { maxLength: 3 }),
      fc.constantFrom(' ', '  ', '\t'),
    )
    .map(([start, list, blank]) => start + list.join(blank));
}

function oneOf(...values: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...values);
}

const inverted = ['', '', '~', '~ '] as const;
const pathList = words(pathWord);

/** Values for the directives of the table; a directive that is not here has no test. */
export const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Type: oneOf('simple', 'oneshot', 'exec', 'forking', 'Simple', '', 'notify-reload', 'idle'),
  SuccessAction: oneOf('none', 'exit', 'reboot', 'exit-force', 'halt', 'kexec', 'Exit', '', 'yes'),
  ExecStart: command(),
  ExecStartPre: command(),
  ExecStop: command(),
  User: userWord,
  Group: userWord,
  SupplementaryGroups: words(userWord),
  BusName: oneOf(
    'org.example.One',
    'org.example.%p',
    'example',
    ':1.2',
    'org.1',
    'a-b._c',
    '%!',
    '',
  ),
  PAMName: oneOf('login', 'other', 'a b', '%i', '%p-%y', '%!', '"quoted"', ''),
  AmbientCapabilities: words(capabilityWord, inverted),
  CapabilityBoundingSet: words(capabilityWord, inverted),
  SecureBits: words(
    oneOf('noroot', 'keep-caps', 'noroot-locked', 'no-setuid-fixup', 'x', 'KEEP-CAPS'),
  ),
  NoNewPrivileges: booleanWord,
  PrivateNetwork: booleanWord,
  PrivateIPC: booleanWord,
  PrivateTmp: fc.oneof(booleanWord, oneOf('disconnected', 'connected')),
  PrivateUsers: fc.oneof(booleanWord, oneOf('self', 'identity', 'full')),
  ProtectKernelTunables: booleanWord,
  ProtectHostname: fc.oneof(
    booleanWord,
    oneOf('private', 'private:a', 'yes:a.b-c', 'no:a', 'private:', 'x:a', ':a', 'private:-a'),
    oneOf('private:a b', 'private:a..b', 'private:a.', 'private:%i', 'private:%Q', 'on:_a:b'),
  ),
  CPUSchedulingPolicy: oneOf('fifo', 'rr', 'other', 'batch', 'idle', '', '1', '3', '4', 'FIFO'),
  CPUSchedulingPriority: oneOf('0', '1', '99', '100', '-1', '', '0x0a', '010', '1 ', 'x', ' 5'),
  ProtectControlGroups: fc.oneof(booleanWord, oneOf('private', 'strict')),
  DynamicUser: booleanWord,
  PrivateDevices: booleanWord,
  ProtectKernelModules: booleanWord,
  ProtectKernelLogs: booleanWord,
  ProtectClock: booleanWord,
  LockPersonality: booleanWord,
  MemoryDenyWriteExecute: booleanWord,
  RestrictRealtime: booleanWord,
  RestrictSUIDSGID: booleanWord,
  PermissionsStartOnly: booleanWord,
  RootDirectoryStartOnly: booleanWord,
  RemainAfterExit: booleanWord,
  DevicePolicy: oneOf('auto', 'closed', 'strict', '', 'yes', 'Closed', 'closed # x'),
  DeviceAllow: oneOf(
    ...[
      '/dev/net/tun',
      '/dev/net/tun rw',
      '/dev/net/tun  r',
      '/dev/net/tun RW',
      '/dev/net/tun r w',
      '',
    ],
    ...[
      'char-misc rwm',
      'char-* m',
      '/dev/tun',
      '/etc/passwd r',
      '"/dev/net/tun" rw',
      '/dev//net/./tun',
      '/dev',
      'block-',
    ],
    ...['/dev/%i', '/dev/net/tun rw # x', "'/dev/net/tun rw", '/run/systemd/inaccessible/chr w'],
  ),
  ProtectSystem: fc.oneof(booleanWord, oneOf('full', 'strict', 'FULL')),
  ProtectHome: fc.oneof(booleanWord, oneOf('read-only', 'tmpfs')),
  NetworkNamespacePath: pathWord,
  IPCNamespacePath: pathWord,
  UserNamespacePath: pathWord,
  MountFlags: oneOf('shared', 'slave', 'private', '', 'Shared', 'yes'),
  LogNamespace: oneOf('mine', 'a/b', '%i', '%n', 'a b', '', '@', 'x:y', 'é', '.', '%Q', '..'),
  RootDirectory: fc.oneof(pathWord, oneOf('', '/', '-/x')),
  WorkingDirectory: oneOf('/a//b', '-/c', '~', '-~', '', '-', 'rel', '-rel', '/%i', '/%Q', '-/%Q'),
  // A path that is taken would bring devices of its own.
  RootImage: oneOf('', 'rel', '/%Q', '/a/../b'),
  ReadWritePaths: pathList,
  ReadOnlyPaths: pathList,
  InaccessiblePaths: pathList,
  ExecPaths: pathList,
  NoExecPaths: pathList,
  ReadWriteDirectories: pathList,
  BindPaths: words(bindWord),
  BindReadOnlyPaths: words(bindWord),
  TemporaryFileSystem: words(
    oneOf('/a', '/b:ro', '/c:', '/d:ro,mode=1', 'e', '/f:g:h', '"/i j":ro'),
  ),
  RestrictAddressFamilies: words(familyWord, inverted),
  SystemCallFilter: words(callWord, inverted),
  SystemCallErrorNumber: oneOf(
    ...['EPERM', '13', 'kill', '', 'ENOSUCH', '0', '4095', '4096', '-1', 'eperm', '1 # x', 'KILL'],
  ),
  RestrictNamespaces: fc.oneof(booleanWord, words(namespaceWord, inverted)),
  Environment: words(variableWord),
  EnvironmentFile: oneOf('/a', '-/b', '', 'rel', '/c d', '"/e"', '/%i', '-', '/a/../b', '/a//b'),
};

function command(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(commandStart, words(commandWord))
        .map(([start, rest]) => `${start} ${rest}`),
    },
    {
      weight: 1,
      arbitrary: oneOf(
        '',
        '/bin/a ; /bin/b',
        '/bin/a ;',
        '; /bin/b',
        '/bin/a ; ; /bin/b',
        '/bin/a "x',
      ),
    },
  );
}

const assignment: fc.Arbitrary<string> = fc
  .constantFrom(...Object.keys(values))
  .chain((key) =>
    fc
      .tuple(values[key] ?? fc.constant(''), fc.constantFrom('=', '=', '=', ' = ', '=\t'))
      .map(([value, equals]) => `${key}${equals}${value}`),
  );

/** What is no assignment of a directive that is looked at. */
const oddLine = fc.constantFrom(
  ...[
    '',
    '# comment',
    '; comment',
    '  # indented',
    '[Service]',
    '[Unit]',
    '[Install]',
    '[service]',
    '[X-Mine]',
  ],
  ...['Foo=1', 'X-Foo=1', 'nonsense', '=x', 'user=bob', 'Capabilities=x', 'Description=a'],
  ...[
    '[Bad',
    '[Ser"vice]',
    '[]',
    '[',
    '\u{fdd0}',
    'User=\u{fdd0}',
    'WantedBy=x.target',
    '\uFEFFUser=bom',
    '[Service] ',
  ],
  ...['# comment \\', 'Nonsense \\', '[Socket]'],
);

/** A line as it is, or one that goes on in the next at some blank. */
const line = fc.oneof(
  { weight: 12, arbitrary: assignment },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        assignment,
        fc.constantFrom('\\\n', '\\\n# c\n', '\\\n  ;c \\\n ', '\\\n\\\n', ' \\\n\t', '\\\\\n'),
      )
      .map(([text, fold]) => text.replace(/ /, ` ${fold}`)),
  },
  { weight: 1, arbitrary: oddLine },
);

const end = fc.constantFrom('\n', '\n', '\n', '', '\\', '\r\n');

const unitText = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(['[Service]', 'ExecStart=/bin/true']) },
      // Where there is an action no command is needed.
      fc
        .tuple(oneOf('SuccessAction=exit', 'SuccessAction=reboot', 'SuccessAction=none'), line)
        .map(([action, other]) => ['[Unit]', action, other, '[Service]']),
    ),
    fc.array(line, { maxLength: 7 }),
    fc.constantFrom('\n', '\n', '\n', '\r\n'),
    end,
  )
  .map(([first, lines, separator, last]) => [...first, ...lines].join(separator).concat(last));

const dropInText = fc
  .tuple(
    fc.array(line, { maxLength: 5 }),
    fc.constantFrom('[Service]', '[Service]', '[Unit]', ''),
    end,
  )
  .map(([lines, section, last]) => [section, ...lines].join('\n').concat(last));
