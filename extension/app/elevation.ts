import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What asks for the password: sudo in the terminal, pkexec by a dialog of the system. */
export const elevations = ['sudo', 'pkexec'] as const;

export type Elevation = (typeof elevations)[number];

/**
 * The argument vector that is really run for one that begins with `sudo`: the same, or with pkexec
 * where that is wanted. Root needs neither.
 */
export function elevated(argv: readonly string[], elevation: Elevation): readonly string[] {
  const [first, ...rest] = argv;
  if (first !== 'sudo') return argv;
  if (process.geteuid?.() === 0) return rest;
  const [command = '', ...args] = rest;
  return elevation === 'pkexec' ? ['pkexec', systemPath(command), ...args] : argv;
}

/** sudo looks in its own secure_path; pkexec in the user's PATH, which often lacks the sbin directories. */
function systemPath(command: string): string {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path)) ?? command;
}
