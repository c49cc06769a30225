import type { OperationId } from './operations.ts';
import type { OperationRequest } from './system.ts';

/** A system call as a debugger sees it when it returns. */
export interface SystemCall {
  /** As in syscalls(2). */
  readonly name: string;
  /** In order; null where the architecture loses it, as arm64 does the first. */
  readonly arguments: readonly (bigint | null)[];
  /** What the argument points to that the call reads first; null where that could not be read. */
  readonly memory: Uint8Array | null;
}

/** What a call wants, as far as its arguments tell. */
export interface Wanted {
  /** The call with the argument that tells what it does: `ioctl(TUNSETIFF)`. */
  readonly call: string;
  /** What it may be; none where that is nothing the model knows. */
  readonly operations: readonly OperationId[];
  /** The device or port that it names. */
  readonly request?: Partial<OperationRequest>;
}

/** The argument that points to what has to be read, by name; for the others nothing is. */
export const pointerArgument: Readonly<Record<string, number>> = {
  ioctl: 2,
  bind: 1,
  open: 0,
  openat: 1,
};

/** In bytes: `struct ifreq` up to its flags, `sockaddr_in6`, and the name of the TUN node. */
export const pointedSize = 28;

/** Which operation a system call is, or may be. Numbers are those of the kernel's `uapi` headers. */
export function wantedBy({ name, arguments: args, memory }: SystemCall): Wanted {
  const at = (index: number): number | null => {
    const value = args[index] ?? null;
    return value === null ? null : Number(BigInt.asUintN(32, value));
  };
  switch (name) {
    case 'open':
    case 'openat':
      return { call: `${name}(/dev/net/tun)`, operations: ['tun.create'] };
    case 'ioctl':
      return wantedByIoctl(at(1), memory);
    case 'socket':
      return wantedBySocket(at(0), at(1), at(2));
    case 'bind':
      return wantedByBind(memory);
    case 'setsockopt':
      return wantedByOption(at(1), at(2));
    case 'unshare':
      return wantedByUnshare(at(0));
    case 'setns':
      return { call: 'setns', operations: ['namespace.enter'] };
    case 'bpf':
      return wantedByBpf(at(0));
    default:
      return { call: name, operations: [] };
  }
}

const TUNSETIFF = 0x400454ca;
const IFF_TAP = 2;
const IFF_NAPI_FRAGS = 0x20;
const IFF_MULTI_QUEUE = 0x100;

type Named = readonly [name: string, ...operations: OperationId[]];

const ioctls: Readonly<Record<number, Named>> = {
  0x400454cb: ['TUNSETPERSIST', 'tun.persist'],
  0x400454cc: ['TUNSETOWNER', 'tun.set-owner'],
  0x400454ce: ['TUNSETGROUP', 'tun.set-owner'],
  0x400454d1: ['TUNSETTXFILTER', 'tap.set-filter'],
  0x54e3: ['TUNGETDEVNETNS', 'tun.namespace'],
  0x890b: ['SIOCADDRT', 'interface.route'],
  0x890c: ['SIOCDELRT', 'interface.route'],
  0x8914: ['SIOCSIFFLAGS', 'interface.up'],
  0x8916: ['SIOCSIFADDR', 'interface.address'],
  0x891c: ['SIOCSIFNETMASK', 'interface.address'],
  0x8922: ['SIOCSIFMTU', 'interface.mtu'],
  0x8923: ['SIOCSIFNAME', 'interface.rename'],
  0x8924: ['SIOCSIFHWADDR', 'interface.hardware-address'],
  0x8943: ['SIOCSIFTXQLEN', 'interface.queue-length'],
  0x894c: ['SIOCGSKNS', 'socket.namespace'],
  0x8946: ['SIOCETHTOOL', 'interface.ethtool'],
  0x8955: ['SIOCSARP', 'interface.arp'],
  0x8971: ['SIOCSIFMAP', 'interface.map'],
  0x8983: ['SIOCSIFVLAN', 'interface.vlan'],
  0x89a0: ['SIOCBRADDBR', 'interface.bridge'],
  0x89b0: ['SIOCSHWTSTAMP', 'interface.timestamping'],
};

function wantedByIoctl(request: number | null, memory: Uint8Array | null): Wanted {
  if (request === TUNSETIFF) {
    return {
      call: 'ioctl(TUNSETIFF)',
      operations: [wantedByTunFlags(memory)],
      request: { tunDevice: deviceIn(memory) },
    };
  }
  const known = request === null ? undefined : ioctls[request];
  if (known === undefined) return { call: 'ioctl', operations: [] };
  const [name, ...operations] = known;
  return { call: `ioctl(${name})`, operations };
}

/** `ifr_name`; null where the kernel is to choose, also by a pattern such as `tun%d`. */
function deviceIn(memory: Uint8Array | null): string | null {
  const bytes = memory?.subarray(0, 16) ?? new Uint8Array();
  const end = bytes.indexOf(0);
  const name = String.fromCharCode(...bytes.subarray(0, end < 0 ? undefined : end));
  return name === '' || name.includes('%') ? null : name;
}

/** `ifr_flags` is behind a name of 16 bytes. Both byte orders that have network programs are little. */
function wantedByTunFlags(memory: Uint8Array | null): OperationId {
  const flags = memory === null ? 0 : (memory[16] ?? 0) | ((memory[17] ?? 0) << 8);
  if ((flags & IFF_NAPI_FRAGS) !== 0) return 'tap.napi-frags';
  if ((flags & IFF_MULTI_QUEUE) !== 0) return 'tun.multi-queue';
  return (flags & IFF_TAP) === 0 ? 'tun.create' : 'tap.create';
}

const AF_INET = 2;
const AF_INET6 = 10;
const AF_VSOCK = 40;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
/** Beside the type there may be SOCK_NONBLOCK and SOCK_CLOEXEC. */
const SOCK_TYPE_MASK = 0xf;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;

const families: Readonly<Record<number, Named>> = {
  15: ['AF_KEY', 'socket.key'],
  17: ['AF_PACKET', 'socket.packet'],
  [AF_VSOCK]: ['AF_VSOCK', 'socket.vsock'],
  44: ['AF_XDP', 'socket.xdp'],
};

function wantedBySocket(
  family: number | null,
  type: number | null,
  protocol: number | null,
): Wanted {
  const kind = (type ?? 0) & SOCK_TYPE_MASK;
  const other = family === null ? undefined : families[family];
  if (other !== undefined) {
    const [name, ...operations] = other;
    return { call: `socket(${name})`, operations };
  }
  const possible: readonly Candidate[] = [
    [AF_INET, SOCK_RAW, null, 'SOCK_RAW', 'socket.raw'],
    [AF_INET6, SOCK_RAW, null, 'SOCK_RAW', 'socket.raw6'],
    [AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 'IPPROTO_ICMP', 'socket.ping'],
    [AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, 'IPPROTO_ICMPV6', 'socket.ping6'],
  ];
  const fitting = possible.filter(
    ([ofFamily, ofType, ofProtocol]) =>
      (family === null || family === ofFamily) &&
      kind === ofType &&
      (ofProtocol === null || ofProtocol === protocol),
  );
  const [first] = fitting;
  if (first === undefined) return { call: 'socket', operations: [] };
  return { call: `socket(${first[3]})`, operations: fitting.map(([, , , , id]) => id) };
}

type Candidate = readonly [
  family: number,
  type: number,
  protocol: number | null,
  name: string,
  operation: OperationId,
];

function wantedByBind(memory: Uint8Array | null): Wanted {
  const family = memory === null ? null : (memory[0] ?? 0) | ((memory[1] ?? 0) << 8);
  // `sin_port`, `sin6_port`: in network byte order.
  const port = ((memory?.[2] ?? 0) << 8) | (memory?.[3] ?? 0);
  switch (family) {
    case AF_INET:
      return { call: 'bind', operations: ['bind.low-port'], request: { port } };
    case AF_INET6:
      return { call: 'bind', operations: ['bind.low-port6'], request: { port } };
    case AF_VSOCK:
      return { call: 'bind', operations: ['bind.vsock-low-port'] };
    default:
      return { call: 'bind', operations: [] };
  }
}

const SOL_IP = 0;
const SOL_SOCKET = 1;
const SOL_TCP = 6;
const SOL_IPV6 = 41;
const SOL_PACKET = 263;

const options: Readonly<Record<number, Readonly<Record<number, Named>>>> = {
  [SOL_SOCKET]: {
    1: ['SO_DEBUG', 'option.debug'],
    12: ['SO_PRIORITY', 'option.priority'],
    25: ['SO_BINDTODEVICE', 'option.rebind-to-device', 'option.bind-to-device'],
    26: ['SO_ATTACH_FILTER', 'option.attach-filter'],
    32: ['SO_SNDBUFFORCE', 'option.send-buffer-force'],
    33: ['SO_RCVBUFFORCE', 'option.receive-buffer-force'],
    36: ['SO_MARK', 'option.mark'],
    61: ['SO_TXTIME', 'option.transmit-time'],
    69: ['SO_PREFER_BUSY_POLL', 'option.busy-poll'],
  },
  [SOL_IP]: {
    17: ['IP_XFRM_POLICY', 'option.xfrm-policy'],
    19: ['IP_TRANSPARENT', 'option.transparent'],
    202: ['MRT_ADD_VIF', 'option.multicast-routing'],
  },
  [SOL_IPV6]: {
    54: ['IPV6_HOPOPTS', 'option.hop-options'],
    75: ['IPV6_TRANSPARENT', 'option.transparent6'],
  },
  [SOL_TCP]: {
    13: ['TCP_CONGESTION', 'option.congestion-control'],
    19: ['TCP_REPAIR', 'option.tcp-repair'],
  },
  [SOL_PACKET]: { 1: ['PACKET_ADD_MEMBERSHIP', 'packet.promiscuous'] },
};

function wantedByOption(level: number | null, option: number | null): Wanted {
  const known = level === null || option === null ? undefined : options[level]?.[option];
  if (known === undefined) return { call: 'setsockopt', operations: [] };
  const [name, ...operations] = known;
  return { call: `setsockopt(${name})`, operations };
}

const CLONE_NEWNS = 0x20000;
const CLONE_NEWUSER = 0x10000000;
const CLONE_NEWNET = 0x40000000;

function wantedByUnshare(flags: number | null): Wanted {
  if (flags === null) return { call: 'unshare', operations: [] };
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(CLONE_NEWUSER)) {
    return has(CLONE_NEWNET)
      ? { call: 'unshare(CLONE_NEWUSER | CLONE_NEWNET)', operations: ['namespace.sandbox'] }
      : { call: 'unshare(CLONE_NEWUSER)', operations: ['namespace.user'] };
  }
  if (has(CLONE_NEWNET)) {
    return { call: 'unshare(CLONE_NEWNET)', operations: ['namespace.network'] };
  }
  return has(CLONE_NEWNS)
    ? { call: 'unshare(CLONE_NEWNS)', operations: ['namespace.mount'] }
    : { call: 'unshare', operations: [] };
}

const BPF_MAP_CREATE = 0;
const BPF_PROG_LOAD = 5;

function wantedByBpf(command: number | null): Wanted {
  switch (command) {
    case BPF_MAP_CREATE:
      return { call: 'bpf(BPF_MAP_CREATE)', operations: ['bpf.map'] };
    case BPF_PROG_LOAD:
      return {
        call: 'bpf(BPF_PROG_LOAD)',
        operations: ['bpf.socket-filter', 'bpf.xdp', 'bpf.traffic-control', 'bpf.tracing'],
      };
    default:
      return { call: 'bpf', operations: [] };
  }
}

/** The numbers above by their names, as the headers and strace(1) have them. */
export const callConstants: ReadonlyMap<string, bigint> = new Map(
  [
    ...Object.entries({ AF_INET, AF_INET6, SOCK_DGRAM, SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMPV6 }),
    ...Object.entries({ SOL_IP, SOL_SOCKET, SOL_TCP, SOL_IPV6, SOL_PACKET }),
    ...Object.entries({ CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET, BPF_MAP_CREATE, BPF_PROG_LOAD }),
    ...Object.entries({ TUNSETIFF }),
    ...[ioctls, families, ...Object.values(options)].flatMap(named),
  ].map(([name, number]) => [name, BigInt(number)]),
);

/** What a name of such a constant in a message stands for: the call that it belongs to. Null for others. */
export function wantedByName(name: string): Wanted | null {
  if (name === 'TUNSETIFF') return { call: 'ioctl(TUNSETIFF)', operations: ['tun.create'] };
  const tables: readonly (readonly [call: string, table: Readonly<Record<number, Named>>])[] = [
    ['ioctl', ioctls],
    ['socket', families],
    ...Object.values(options).map((table) => ['setsockopt', table] as const),
  ];
  for (const [call, table] of tables) {
    const found = Object.values(table).find(([each]) => each === name);
    if (found === undefined) continue;
    const [, ...operations] = found;
    return { call: `${call}(${name})`, operations };
  }
  return null;
}

function named(table: Readonly<Record<number, Named>>): readonly (readonly [string, number])[] {
  return Object.entries(table).map(([number, [name]]) => [name, Number(number)]);
}
