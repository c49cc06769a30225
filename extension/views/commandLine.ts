import process from 'node:process';

/** The argument vector that runs our command line: a terminal has no other Node that is known to be there. */
export function commandLineVector(commandLine: string, args: readonly string[]): readonly string[] {
  // The executable of VS Code's desktop is Electron.
  return ['env', 'ELECTRON_RUN_AS_NODE=1', process.execPath, commandLine, ...args];
}
