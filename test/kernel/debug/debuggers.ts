/** The debuggers that Capwright drives, each with a program to debug, and where they differ. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../world/command.ts';
import type { Space } from '../world/space.ts';
import type { Debugging } from './bench.ts';
import type { Moment } from './endings.ts';
import { openNewerDebian } from './newerDebian.ts';
import type { Patient } from './sequence.ts';

/** In milliseconds, to make a tree of another release: that is the network’s affair. */
export const treeTime = 600_000;

export interface DebuggerCase extends Omit<Patient, 'program'> {
  /** Where it is, if not on this machine. */
  readonly place?: () => Promise<Space>;
  /** Makes the program, and resolves to its path. */
  readonly build: (debugging: Debugging) => Promise<string>;
  /** The ways to the capabilities that it can be started by. */
  readonly ways: readonly string[];
  /** The innermost frame where it stops at the program's entry, or what is shown in its place. */
  readonly entry: string;
  /** A signal for the program, and what it does: the debugger stops there, or the program ends by it. */
  readonly signal: { readonly name: NodeJS.Signals; readonly stops: boolean };
  /** The innermost frames at a refused ioctl(2); null where the debugger cannot stop at one. */
  readonly refused: readonly string[] | null;
  /** Whether it is taken for its program where none is named. */
  readonly byDefault: boolean;
  /** Its own program, where that dials its client. */
  readonly dials: string | null;
  /** Whether it can attach to a process. */
  readonly attaches: boolean;
  /** Whether it can be made to stop there while the program runs, too. */
  readonly refusedLater: boolean;
  /** Whether it takes breakpoints one right after the other while the program runs. */
  readonly takesHaste: boolean;
  /** In the launch configuration, where the debugger is not there. */
  readonly absent: object;
  /** Beside adapter and client, the processes that may be killed, since when they are there. */
  readonly victims: readonly (readonly [name: string, since: Moment])[];
}

const anyWay = ['launcher', 'sudo', 'sandbox'];

const gdb: DebuggerCase = {
  ...{ debugger: 'gdb', source: 'patient.c', configuration: {} },
  build: ({ program }) => Promise.resolve(program),
  ways: anyWay,
  holders: ['gdb', 'patient'],
  frames: ['attempt', 'main'],
  device: '(char *)request.ifr_ifrn.ifrn_name',
  five: 'argc + 1',
  name: 'patient',
  foreground: true,
  entry: 'main',
  signal: { name: 'SIGUSR1', stops: true },
  refused: ['__GI___ioctl', 'attempt', 'main'],
  refusedLater: true,
  takesHaste: true,
  byDefault: true,
  dials: null,
  attaches: true,
  absent: { debuggerPath: '/bin/true' },
  victims: [
    ['gdb', 'configuring'],
    ['patient', 'stopped'],
  ],
};

/** gdb 16 by its own adapter. */
const gdbDap: DebuggerCase = {
  ...gdb,
  debugger: 'gdb-dap',
  // Without Capwright, too, it answers no more after a few (16).
  takesHaste: false,
  place: openNewerDebian,
  byDefault: false,
  // Without debugging symbols glibc has no other name for it.
  refused: ['ioctl', 'attempt', 'main'],
};

const lldb: DebuggerCase = {
  ...gdb,
  debugger: 'lldb',
  byDefault: false,
  holders: ['lldb-server', 'patient'],
  device: 'request.ifr_ifrn.ifrn_name',
  foreground: false,
  // It cannot stop at system calls.
  refused: null,
  victims: [
    ['lldb-vscode', 'configuring'],
    ['lldb-server', 'configuring'],
    ['patient', 'configuring'],
  ],
};

const python: DebuggerCase = {
  ...{ debugger: 'python', source: 'patient.py' },
  configuration: { debuggerPath: '/usr/bin/python3' },
  build: async ({ dev: { home } }) => {
    await copyFile(join(import.meta.dirname, 'patient.py'), join(home, 'patient.py'));
    return join(home, 'patient.py');
  },
  ways: anyWay,
  holders: ['python3'],
  frames: ['attempt', 'main'],
  device: 'device',
  five: 'len(argv) + 1',
  name: 'python3',
  foreground: true,
  entry: '<module>',
  signal: { name: 'SIGUSR1', stops: false },
  refused: ['attempt', 'main'],
  // pydevd looks at exceptions of no code that ran before without.
  refusedLater: false,
  takesHaste: true,
  byDefault: true,
  dials: '/usr/bin/python3',
  attaches: false,
  absent: { debuggerPath: '/none' },
  victims: [['python3', 'configuring']],
};

const go: DebuggerCase = {
  ...{ debugger: 'go', source: 'patient.go' },
  configuration: { debuggerPath: '/usr/bin/dlv' },
  build: async ({ dev: { home } }) => {
    await copyFile(join(import.meta.dirname, 'patient.go'), join(home, 'patient.go'));
    const compile = ['/usr/bin/go', 'build', '-gcflags', 'all=-N -l'];
    const variables = ['GO111MODULE=off', 'GOPROXY=off', `GOCACHE=${home}/.cache`];
    await mustRun(['env', '-C', home, ...variables, ...compile, '-o', 'gopatient', 'patient.go']);
    return join(home, 'gopatient');
  },
  ways: anyWay,
  holders: ['dlv', 'gopatient'],
  frames: ['main.attempt', 'main.main'],
  device: 'device',
  five: 'argc + 1',
  name: 'gopatient',
  foreground: true,
  entry: 'Go’s runtime has not begun: there is no stack yet',
  // Go’s own runtime lets others go by.
  signal: { name: 'SIGTERM', stops: false },
  refused: [
    'runtime/internal/syscall.Syscall6',
    'syscall.RawSyscall6',
    'syscall.Syscall',
    'main.control',
    'main.attempt',
  ],
  refusedLater: true,
  takesHaste: true,
  byDefault: true,
  dials: '/usr/bin/dlv',
  attaches: true,
  absent: { debuggerPath: '/none' },
  victims: [
    ['dlv', 'configuring'],
    ['gopatient', 'configuring'],
  ],
};

export const debuggers: readonly DebuggerCase[] = [gdb, gdbDap, lldb, python, go];
