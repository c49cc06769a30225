import { emptySet, isSubset, names, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import { mayRead } from '../model/programFile.ts';
import type { System } from '../model/system.ts';
import type { Fix } from './fix.ts';

/** Nothing needed: a user and network namespace of its own, in which the user holds every capability. */
export function runInSandbox(system: System): Fix {
  return {
    id: 'run-in-sandbox',
    title: 'Run it in a sandbox',
    remark: 'needs nothing · a network namespace of its own, without the outside world',
    applicability: 'safe',
    needs: 'nothing',
    steps: [
      {
        kind: 'command',
        argv: [
          'unshare',
          '--user',
          '--map-current-user',
          '--net',
          '--keep-caps',
          '--',
          system.program.file.path,
        ],
      },
    ],
    inverse: [],
    effects: [{ kind: 'start-with', path: 'sandbox' }],
  };
}

/** Root once to raise them; the program keeps the user's ids, and ptrace, nosuid and rebuilds do not matter. */
export function runWithAmbientCapabilities(system: System, needed: CapabilitySet): Fix | null {
  return ambientFix(system, needed, {
    id: 'run-with-ambient-capabilities',
    title: 'Run it with ambient capabilities',
    remark: 'survives rebuilds, nosuid and no_new_privs',
    path: 'ambient',
    command: [system.program.file.path],
  });
}

/**
 * The same for the program that starts it: what is ambient passes from one exec to the next, as long as
 * no file on the way has capabilities of its own.
 */
export function runParentWithAmbientCapabilities(
  system: System,
  needed: CapabilitySet,
): Fix | null {
  const fix = ambientFix(system, needed, {
    id: 'run-parent-with-ambient-capabilities',
    title: 'Run its parent with ambient capabilities',
    remark: 'the parent’s own file must have none: they would clear the ambient set',
    path: 'ambient',
    command: ['./parent'],
  });
  return fix && { ...fix, applicability: 'template' };
}

/** None where gdb cannot load the program: a script, or one that may not be read. */
export function debugWithAmbientCapabilities(system: System, needed: CapabilitySet): Fix | null {
  const { file } = system.program;
  const { credentials } = system.launcher;
  const loads =
    file.format.kind === 'native' &&
    credentials.kind === 'known' &&
    mayRead(credentials.value, file);
  if (!loads) return null;
  return ambientFix(system, needed, {
    id: 'debug-with-ambient-capabilities',
    title: 'Debug it with ambient capabilities',
    remark: 'debugger and program keep your user id',
    path: 'ambient-debugger',
    command: ['gdb', '--args', system.program.file.path],
  });
}

/**
 * The same, with a lock file of the user's for legacy iptables (`XTABLES_LOCKFILE`, since 1.8.6). It is said
 * behind all that would clear the environment, as sudo does.
 */
export function withOwnLock(fix: Fix, { launcher: { credentials } }: System): Fix | null {
  const { steps } = fix;
  if (credentials.kind === 'unknown' || steps.some(({ kind }) => kind !== 'command')) return null;
  const uid = credentials.value.uid.effective;
  const gid = credentials.value.gid.effective;
  const path = `/tmp/xtables-${String(uid)}.lock`;
  const named = ['env', `XTABLES_LOCKFILE=${path}`];
  return {
    ...fix,
    title: `${fix.title}, with a lock of its own`,
    remark: `${fix.remark} · root’s iptables does not wait for that lock`,
    steps: steps.map((step) =>
      step.kind === 'command' ? { ...step, argv: startedBy(named, step.argv) } : step,
    ),
    effects: [
      ...fix.effects,
      {
        kind: 'xtables-lock',
        lock: { path, folder: false, readOnly: false, mode: 0o600, uid, gid },
      },
    ],
  };
}

/** A command with another program before the one that it is about. */
function startedBy(words: readonly string[], argv: readonly string[]): readonly string[] {
  const program = argv.indexOf('--') + 1;
  return [...argv.slice(0, program), ...words, ...argv.slice(program)];
}

function ambientFix(
  system: System,
  needed: CapabilitySet,
  how: Pick<Fix, 'id' | 'title' | 'remark'> & {
    readonly path: 'ambient' | 'ambient-debugger';
    readonly command: readonly string[];
  },
): Fix | null {
  const { credentials } = system.launcher;
  if (credentials.kind === 'unknown') return null;
  const { permitted, bounding } = credentials.value;
  const { id, title, remark, path, command } = how;
  const held = isSubset(needed, permitted);
  // setpriv raises all or fails, and sudo's root holds nothing beyond the bounding set.
  const raised = held ? needed : needed & bounding;
  if (raised === emptySet) return null;
  const raise = held ? ['setpriv'] : setprivAsUser(credentials.value);
  return {
    id,
    title,
    remark: held ? remark : `asks for sudo each time · ${remark}`,
    applicability: 'safe',
    needs: held ? 'nothing' : 'root',
    steps: [{ kind: 'command', argv: [...raise, ...raiseOptions(raised), '--', ...command] }],
    inverse: [],
    effects: [{ kind: 'start-with', path }],
  };
}

/** As root, it becomes the user again before it execs. */
function setprivAsUser({ uid, gid }: Credentials): readonly string[] {
  return [
    'sudo',
    'setpriv',
    `--reuid=${String(uid.real)}`,
    `--regid=${String(gid.real)}`,
    '--init-groups',
  ];
}

function raiseOptions(capabilities: CapabilitySet): readonly string[] {
  const list = names(capabilities)
    .map((name) => `+${name.replace(/^cap_/, '')}`)
    .join(',');
  return [`--inh-caps=${list}`, `--ambient-caps=${list}`];
}
