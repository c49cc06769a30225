import type { Errno } from './errno.ts';
import { wantedByNetlink } from './netlinkRequest.ts';
import { callConstants, wantedBy, type Wanted } from './systemCall.ts';

/** A system call that was refused, as a line of strace(1) tells it. */
export interface RefusedCall {
  /** Of the thread that made it; null where the line names none. */
  readonly tid: number | null;
  readonly wanted: Wanted;
  readonly errno: Extract<Errno, 'EPERM' | 'EACCES'>;
}

/** The calls whose refusals {@link readStraceLine} understands, for strace’s `--trace`. */
export const tracedCalls = [
  ...['open', 'openat', 'ioctl', 'socket', 'bind', 'setsockopt', 'unshare', 'setns', 'bpf'],
  // The answer to a request by netlink is a message, not an errno.
  ...['recvmsg', 'recvfrom', 'read'],
];

const start = String.raw`^(?:\[pid\s+(?<pid>\d+)\]\s+|(?<tid>\d+)\s+)?(?:[\d:.]+\s+)?`;
const refusal = new RegExp(
  String.raw`${start}(?<name>[a-z]\w*)\((?<args>.*)\)\s*= -1 (?<errno>EPERM|EACCES) \([^()]*\)\s*$`,
);
const netlinkAnswer = new RegExp(
  String.raw`${start}(?:recvmsg|recvfrom|read)\(.*?\{error=-(?<errno>EPERM|EACCES), msg=\[?\{(?<header>[^}]*)\}`,
);

/**
 * Null where nothing was refused, where the refusal is of a file of no interest, or where the line
 * holds half a call ({@link StraceJoiner}).
 */
export function readStraceLine(line: string): RefusedCall | null {
  const answer = netlinkAnswer.exec(line)?.groups;
  if (answer !== undefined) return refused(answer, wantedByNetlink(answer['header'] ?? ''));
  const call = refusal.exec(line)?.groups;
  if (call === undefined) return null;
  if (!tracedCalls.includes(call['name'] ?? '')) return null;
  const wanted = wantedByText(call['name'] ?? '', argumentsIn(call['args'] ?? ''));
  return wanted === null ? null : refused(call, wanted);
}

function refused(groups: Readonly<Record<string, string>>, wanted: Wanted): RefusedCall {
  const tid = groups['pid'] ?? groups['tid'];
  return {
    tid: tid === undefined ? null : Number(tid),
    wanted,
    errno: groups['errno'] === 'EACCES' ? 'EACCES' : 'EPERM',
  };
}

/** Puts calls together that strace tells in two lines because another thread came between. */
export class StraceJoiner {
  readonly #begun = new Map<string, string>();

  /** The whole call, once it is there; otherwise null. */
  join(line: string): string | null {
    const [, thread = ''] = /^(\[pid\s+\d+\]|\d+)\s/.exec(line) ?? [];
    const begun = /^(.*) <unfinished \.\.\.>$/.exec(line)?.[1];
    if (begun !== undefined) {
      this.#begun.set(thread, begun);
      return null;
    }
    const rest = /<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    if (rest === undefined) return line;
    const before = this.#begun.get(thread);
    this.#begun.delete(thread);
    return before === undefined ? null : `${before}${rest}`;
  }
}

/** At the commas outside of brackets and strings. */
function argumentsIn(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted && character === '\\') {
      current += text.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(character)) depth += 1;
    else if (!quoted && ')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0 && !quoted) {
      found.push(current.trim());
      current = '';
    } else current += character;
  }
  return [...found, current.trim()];
}

function wantedByText(name: string, args: readonly string[]): Wanted | null {
  if (name === 'open' || name === 'openat') {
    return wantedByPath(name, args[name === 'open' ? 0 : 1] ?? '', args.join(' '));
  }
  return wantedBy({
    name,
    arguments: args.map(numberIn),
    memory: name === 'bind' ? addressIn(args[1] ?? '') : null,
  });
}

/** Programs look for many files that they may not open: only those that stand for an operation count. */
function wantedByPath(name: string, path: string, flags: string): Wanted | null {
  const file = path.replaceAll('"', '');
  const call = `${name}(${file})`;
  if (file === '/dev/net/tun') return { call, operations: ['tun.create'] };
  if (file === '/run/xtables.lock') return { call, operations: ['iptables.legacy'] };
  const writes = /\bO_(?:WRONLY|RDWR)\b/.test(flags);
  return file.startsWith('/proc/sys/net/') && writes
    ? { call, operations: ['sysctl.network'] }
    : null;
}

/** Of `SOCK_RAW|SOCK_CLOEXEC` what has a number here: flags beside a type do no harm. */
function numberIn(text: string): bigint | null {
  const words = text.split('|').map((word) => word.trim());
  const numbers = words.flatMap((word) => {
    const literal = /^(?:0x[\da-f]+|\d+)/.exec(word)?.[0];
    const number = literal === undefined ? callConstants.get(word) : BigInt(literal);
    return number === undefined ? [] : [number];
  });
  return numbers.length === 0 ? null : numbers.reduce((sum, each) => sum | each);
}

/** The beginning of the `sockaddr` that strace shows decoded, as far as {@link wantedBy} reads it. */
function addressIn(text: string): Uint8Array | null {
  const family = callConstants.get(/sa_family=(\w+)/.exec(text)?.[1] ?? '');
  const port = Number(/port=htons\((\d+)\)/.exec(text)?.[1] ?? 0);
  return family === undefined ? null : Uint8Array.of(Number(family), 0, port >> 8, port & 0xff);
}
