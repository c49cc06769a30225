import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/**
 * The argument vector that is really run for one that begins with `sudo`: the same, or with pkexec
 * where the setting says so. Root needs neither.
 */
export function elevate(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  if (first !== 'sudo') return argv;
  if (process.geteuid?.() === 0) return rest;
  const [command = '', ...args] = rest;
  return configuredElevation() === 'pkexec' ? ['pkexec', systemPath(command), ...args] : argv;
}

function configuredElevation(): 'sudo' | 'pkexec' {
  const value = vscode.workspace.getConfiguration('capwright').get<string>('elevation');
  return value === 'pkexec' ? 'pkexec' : 'sudo';
}

/** sudo looks in its own secure_path; pkexec in the user's PATH, which often lacks the sbin directories. */
function systemPath(command: string): string {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path)) ?? command;
}
