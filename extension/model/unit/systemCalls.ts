import type { SystemCallFilter } from './wordAssignments.ts';

/** What becomes of a system call: it is made, it fails, or the process is killed with SIGSYS. */
export type CallOutcome =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'killed' }
  | { readonly kind: 'errno'; readonly errno: string };

/**
 * The groups that hold a call of `ruledCalls`. They are the same in 252, 257 and 262
 * (`systemd-analyze syscall-filter`).
 */
const groups: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '@default': 'execve mmap brk exit_group',
    '@basic-io': 'close read write',
    '@file-system': 'close fstat newfstatat openat',
    '@mount': 'mount',
    '@network-io': 'bind recvfrom recvmsg sendmsg sendto socket',
    '@privileged': 'capset',
    '@process': 'capget clone clone3 prctl setns unshare',
    '@system-service':
      'bind brk capget capset clone clone3 close execve exit_group fstat ioctl mmap newfstatat ' +
      'openat prctl read recvfrom recvmsg sendmsg sendto setns socket unshare write',
    '@known':
      'bind brk capget capset clone clone3 close execve exit_group fstat ioctl mmap mount ' +
      'newfstatat openat prctl read recvfrom recvmsg sendmsg sendto setns socket unshare write',
  }).map(([group, calls]) => [group, calls.split(' ')]),
);

/** The groups within a group, in the same releases. */
const groupsWithin: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '@privileged': '@chown @clock @module @raw-io @reboot @swap',
    '@system-service':
      '@aio @basic-io @chown @default @file-system @io-event @ipc @keyring @memlock @network-io ' +
      '@process @resources @setuid @signal @sync @timer',
  }).map(([group, within]) => [group, within.split(' ')]),
);

/** The calls whose outcome can be told. */
export const ruledCalls: ReadonlySet<string> = new Set(
  ['@known', '@default'].flatMap((group) => groups.get(group) ?? []),
);

/** Of the calls that can be told, those on the list of a filter, each with its errno. */
export function listedCalls(filter: SystemCallFilter): ReadonlyMap<string, string | null> {
  return new Map(
    [...ruledCalls].flatMap((call) => {
      const entry = entryOf(filter, call);
      return entry === null ? [] : [[call, entry.errno] as const];
    }),
  );
}

/** The calls that a program makes before it does anything of its own. */
export const callsOfEveryProgram: readonly string[] = ['openat', 'read', 'close', 'write'];

/** The calls that systemd makes to log that exec failed. */
export const callsOfLogging: readonly string[] = ['socket', 'sendmsg', 'close'];

/** @param errorNumber SystemCallErrorNumber=; null where the filter kills */
export function callOutcome(
  filter: SystemCallFilter | null,
  errorNumber: string | null,
  call: string,
): CallOutcome {
  if (filter === null) return { kind: 'allowed' };
  const listed = entryOf(filter, call);
  if (filter.allow && listed !== null && listed.errno === null) return { kind: 'allowed' };
  if (!filter.allow && listed === null) return { kind: 'allowed' };
  const errno = listed?.errno ?? errorNumber;
  return errno === null || errno === 'kill' ? { kind: 'killed' } : { kind: 'errno', errno };
}

/** `seccomp_allows_drop_privileges()`. */
export function allowsDroppingPrivileges(filter: SystemCallFilter | null): boolean {
  if (filter === null) return true;
  return ['capget', 'capset', 'prctl'].every(
    (call) => (entryOf(filter, call) !== null) === filter.allow,
  );
}

/** Whether anything is left of a list of what is forbidden: a word takes away all that lies within it. */
export function deniesSomething({ steps }: SystemCallFilter): boolean {
  const left = new Set<string>();
  for (const { name, put } of steps) {
    if (put) left.add(name);
    else for (const each of [...left]) if (holds(name, each)) left.delete(each);
  }
  return left.size > 0;
}

/** @param word a call or a group */
function holds(name: string, word: string): boolean {
  return isIn(name, word) || name === '@known' || groupsWithin.get(name)?.includes(word) === true;
}

/** `seccomp_parse_syscall_filter()`: the call’s entry in the list, with its errno; null where it has none. */
function entryOf(
  { allow, steps }: SystemCallFilter,
  call: string,
): { readonly errno: string | null } | null {
  let entry = allow && isIn('@default', call) ? { errno: null as string | null } : null;
  for (const { name, errno, put } of steps) {
    if (!isIn(name, call)) continue;
    if (put) entry = { errno: allow ? null : errno };
    else entry = allow && errno !== null ? { errno } : null;
  }
  return entry;
}

function isIn(name: string, call: string): boolean {
  return name === call || (groups.get(name)?.includes(call) ?? false);
}
