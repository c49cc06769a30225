import type { Errno } from './errno.ts';
import type { OperationId } from './operations.ts';
import { wantedByName, type Wanted } from './systemCall.ts';

export interface RefusedOperation {
  readonly kind: 'refused';
  /** No operations where the message does not tell what was refused. */
  readonly wanted: Wanted;
  readonly errno: Errno;
}

/** systemd gave a command up before it ran. */
export interface FailedStart {
  readonly kind: 'start';
  readonly unit: string;
  /** As systemd names it, systemd.exec(5), “Process Exit Codes”: `CAPABILITIES`. */
  readonly step: string;
  readonly program: string;
  readonly errno: Errno | null;
}

/** How some program words a refusal. */
interface Form {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray) => RefusedOperation | FailedStart | null;
}

const eperm = 'Operation not permitted';
const eacces = 'Permission denied';
const refusal = `(?:${eperm}|${eacces}|EPERM|EACCES)`;
const failure = `(?:${refusal}|No such file or directory|No such device)`;

/** The first that fits counts: what tells more comes before what tells less. */
export const complaintForms: readonly Form[] = [
  {
    pattern: /([\w:.@\\-]+\.\w+): Failed at step ([A-Z_]+) spawning (.+?): ([A-Z][A-Za-z ]+[a-z])/g,
    read: ([, unit = '', step = '', program = '', text = '']) => ({
      kind: 'start',
      unit,
      step,
      program,
      errno: errnoOf(text),
    }),
  },
  // Go: “listen tcp :80: bind: permission denied”.
  {
    pattern: /\blisten (tcp|udp)([46]?) (\S*):(\d+): bind: permission denied/g,
    read: ([text, layer, version, address = '', port]) => {
      const six = version === '6' || address.startsWith('[');
      const family =
        layer === 'udp' ? 'bind.low-port-udp' : six ? 'bind.low-port6' : 'bind.low-port';
      return refused('bind', [family], text, { port: Number(port) });
    },
  },
  // Go: “listen ip4:icmp 0.0.0.0: socket: operation not permitted”.
  {
    pattern:
      /\b(?:listen|dial) ip([46]?):\S+ .*?socket: (?:operation not permitted|permission denied)/g,
    read: ([text, version]) =>
      refused('socket(SOCK_RAW)', [version === '6' ? 'socket.raw6' : 'socket.raw'], text),
  },
  // Node: “listen EACCES: permission denied 0.0.0.0:80”.
  {
    pattern: /\blisten EACCES: permission denied \S*?:(\d+)/g,
    read: ([text, port]) => refused('bind', ['bind.low-port'], text, { port: Number(port) }),
  },
  // nginx: “bind() to 0.0.0.0:80 failed (13: Permission denied)”.
  {
    pattern: /\bbind\(\) to (\[?)\S*:(\d+) failed \(13: Permission denied\)/g,
    read: ([text, bracket, port]) =>
      refused('bind', [bracket === '[' ? 'bind.low-port6' : 'bind.low-port'], text, {
        port: Number(port),
      }),
  },
  // asyncio: “error while attempting to bind on address ('0.0.0.0', 80): permission denied”.
  {
    pattern: /\bbind on address \('([^']*)', (\d+)[^)]*\): permission denied/gi,
    read: ([text, address = '', port]) =>
      refused('bind', [address.includes(':') ? 'bind.low-port6' : 'bind.low-port'], text, {
        port: Number(port),
      }),
  },
  {
    pattern: new RegExp(
      `(?:\\b\\w+\\()?\\b((?:TUN|SIOC|SO_|AF_|IP_|IPV6_|TCP_|PACKET_|MRT_)\\w*)\\b.{0,80}?${refusal}`,
      'gi',
    ),
    read: ([text, name = '']) => {
      const wanted = wantedByName(name);
      const errno = errnoOf(text);
      return wanted === null || errno === null ? null : { kind: 'refused', wanted, errno };
    },
  },
  // Another process has the device, or it is of another kind: “Cannot ioctl TUNSETIFF tun0: Device or resource busy”.
  {
    pattern:
      /\bTUNSETIFF\b\)?(?: ([\w.-]{1,15}))?: (?:Device or resource busy|EBUSY|Invalid argument|EINVAL)/gi,
    read: ([text, name]) =>
      refused(
        'ioctl(TUNSETIFF)',
        ['tun.attach'],
        text,
        name === undefined ? undefined : { tunDevice: name },
      ),
  },
  {
    pattern: new RegExp(`/dev/net/tun\\b.{0,40}?${failure}`, 'gi'),
    read: ([text]) => refused('open(/dev/net/tun)', ['tun.create'], text),
  },
  {
    pattern: new RegExp(`RTNETLINK answers: ${refusal}`, 'g'),
    read: ([text]) => refused('netlink', ['netlink.write'], text),
  },
  {
    pattern: new RegExp(`can't open lock file /run/xtables\\.lock: ${refusal}`, 'gi'),
    read: ([text]) => refused('open(/run/xtables.lock)', ['iptables.legacy'], text),
  },
  {
    pattern: new RegExp(`Could not fetch rule set generation id: ${refusal}`, 'g'),
    read: ([text]) => refused('netlink(NFT_MSG_GETGEN)', ['nft.read'], text),
  },
  {
    pattern: new RegExp(`Could not process rule: ${refusal}`, 'g'),
    read: ([text]) => refused('netlink(NFT_MSG)', ['nft.write'], text),
  },
  // nft reads what is there before anything else.
  {
    pattern: new RegExp(`cache initialization failed: ${refusal}`, 'g'),
    read: ([text]) => refused('netlink(NFT_MSG_GETGEN)', ['nft.read'], text),
  },
  // procps and busybox.
  {
    pattern:
      /sysctl: (?:permission denied on key|setting key|error setting key) ["']net[./][^"']*["'](?::.*?(?:Permission denied|Operation not permitted))?/g,
    read: ([text]) => refused('open(/proc/sys/net)', ['sysctl.network'], `${text} ${eacces}`),
  },
  // libpcap.
  {
    pattern: /You don't have permission to (?:capture on that device|perform this capture)/g,
    read: () => refused('socket(AF_PACKET)', ['socket.packet'], eperm),
  },
  {
    pattern: new RegExp(`\\bping6?: .*?socket: ${refusal}`, 'g'),
    read: ([text]) => refused('socket', ['socket.ping', 'socket.raw'], text),
  },
  {
    pattern: new RegExp(`\\bunshare(?:\\(.*?\\))?(?: failed)?: ${refusal}`, 'gi'),
    read: ([text]) => refused('unshare', ['namespace.network', 'namespace.sandbox'], text),
  },
  {
    pattern: new RegExp(`\\bsetns(?:\\(.*?\\))?(?: failed)?: ${refusal}`, 'gi'),
    read: ([text]) => refused('setns', ['namespace.enter'], text),
  },
  {
    pattern: new RegExp(`\\bbind(?:\\(.*?\\))?(?: failed| error)?: ${eacces}`, 'gi'),
    read: ([text]) => refused('bind', ['bind.low-port'], text),
  },
  {
    pattern: new RegExp(`\\bsocket(?:\\(.*?\\))?(?: failed| error)?: ${refusal}`, 'gi'),
    read: ([text]) => refused('socket', ['socket.raw', 'socket.packet'], text),
  },
  // Python, Rust, Go and libc alone: what was refused is told elsewhere, or nowhere.
  {
    // Where it is about a file, Python names it.
    pattern:
      /PermissionError: \[Errno (?:1\] Operation not permitted|13\] Permission denied)(?!: b?['"])/g,
    read: ([text]) => refused('?', [], text),
  },
  {
    pattern:
      /Os \{ code: (?:1, kind: PermissionDenied, message: "Operation not permitted"|13, kind: PermissionDenied, message: "Permission denied") \}/g,
    read: ([text]) => refused('?', [], text),
  },
  {
    pattern: /(?:Operation not permitted \(os error 1\)|Permission denied \(os error 13\))/g,
    read: ([text]) => refused('?', [], text),
  },
];

function refused(
  call: string,
  operations: readonly OperationId[],
  text: string,
  request?: Wanted['request'],
): RefusedOperation {
  const wanted = { call, operations, ...(request === undefined ? {} : { request }) };
  return { kind: 'refused', wanted, errno: errnoOf(text) ?? 'EPERM' };
}

/** By the words of strerror(3), or the name. */
function errnoOf(text: string): Errno | null {
  const words: readonly (readonly [RegExp, Errno])[] = [
    [/operation not permitted|\bEPERM\b/i, 'EPERM'],
    [/permission denied|\bEACCES\b/i, 'EACCES'],
    [/no such file or directory/i, 'ENOENT'],
    [/no such device/i, 'ENODEV'],
    [/invalid argument|\bEINVAL\b/i, 'EINVAL'],
    [/device or resource busy|\bEBUSY\b/i, 'EBUSY'],
  ];
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
