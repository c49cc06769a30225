import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { LauncherChoice } from '../app/surroundings.ts';

/**
 * The process that would start the program: the shell of the active terminal, else of another one,
 * else the extension host. A terminal in which a task has run has no process any more.
 */
export async function chooseLauncher(): Promise<LauncherChoice> {
  const { activeTerminal, terminals } = vscode.window;
  const open = [...(activeTerminal === undefined ? [] : [activeTerminal]), ...terminals].filter(
    ({ exitStatus }) => exitStatus === undefined,
  );
  // A detected shell first: the others may be tasks that are still running.
  const shells = open.filter(({ state }) => state.shell !== undefined);
  for (const terminal of [...shells, ...open]) {
    const pid = await processId(terminal);
    if (pid !== undefined && existsSync(`/proc/${pid}`)) {
      return { kind: 'process', pid, process: 'terminal' };
    }
  }
  return { kind: 'self', process: 'extension-host' };
}

/** How long a terminal is given to say its process, the first time. Milliseconds. */
const patience = 1_000;
const patientWith = new WeakSet<vscode.Terminal>();

/** A terminal that is not shown yet may have no process for as long as it likes: it is waited for once. */
async function processId(terminal: vscode.Terminal): Promise<number | undefined> {
  const limit = patientWith.has(terminal) ? 0 : patience;
  patientWith.add(terminal);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limit);
  });
  try {
    return await Promise.race([terminal.processId, late]);
  } finally {
    clearTimeout(timer);
  }
}
