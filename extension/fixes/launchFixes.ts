import { names, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import { neededCapabilities, type Operation } from '../model/operations.ts';
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
export function runWithAmbientCapabilities(system: System, operation: Operation): Fix | null {
  return ambientFix(system, operation, {
    id: 'run-with-ambient-capabilities',
    title: 'Run it with ambient capabilities',
    remark: 'asks for sudo each time · survives rebuilds, nosuid and no_new_privs',
    path: 'ambient',
    command: [system.program.file.path],
  });
}

export function debugWithAmbientCapabilities(system: System, operation: Operation): Fix | null {
  return ambientFix(system, operation, {
    id: 'debug-with-ambient-capabilities',
    title: 'Debug it with ambient capabilities',
    remark: 'asks for sudo each time · debugger and program keep your user id',
    path: 'ambient-debugger',
    command: ['gdb', '--args', system.program.file.path],
  });
}

function ambientFix(
  system: System,
  operation: Operation,
  how: Pick<Fix, 'id' | 'title' | 'remark'> & {
    readonly path: 'ambient' | 'ambient-debugger';
    readonly command: readonly string[];
  },
): Fix | null {
  const { credentials } = system.launcher;
  const needed = neededCapabilities([operation]);
  if (credentials.kind === 'unknown' || needed === 0n) return null;
  const { id, title, remark, path, command } = how;
  return {
    id,
    title,
    remark,
    applicability: 'safe',
    needs: 'root',
    steps: [{ kind: 'command', argv: [...setpriv(credentials.value, needed), '--', ...command] }],
    inverse: [],
    effects: [{ kind: 'start-with', path }],
  };
}

/** `setpriv` as root: raises the capabilities and becomes the user again before it execs. */
function setpriv({ uid, gid }: Credentials, capabilities: CapabilitySet): readonly string[] {
  const list = names(capabilities)
    .map((name) => `+${name.replace(/^cap_/, '')}`)
    .join(',');
  return [
    'sudo',
    'setpriv',
    `--reuid=${String(uid.real)}`,
    `--regid=${String(gid.real)}`,
    '--init-groups',
    `--inh-caps=${list}`,
    `--ambient-caps=${list}`,
  ];
}
