import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

import type { OwnProcess, ProbeReply } from '../../protocol/probe.ts';
import { deviceNumber, whileHeld } from './descriptor.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** The processes of the helper's real user id, in the order of their numbers. Needs no privilege. */
export function ownProcesses(): ProbeReply<'ownProcesses'> {
  const names = outcomeOf('/proc', () => readdirSync('/proc'));
  if (!('value' in names)) return { ok: false, error: failureOf(names) };
  const result = names.value
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other)
    .flatMap((pid) => {
      // Held, so that a number that is given to another process meanwhile is not read.
      const held = whileHeld(`/proc/${pid}`, ({ link }) => processAt(pid, link));
      // What has ended since the listing is no process any more.
      return 'value' in held && held.value !== null ? [held.value] : [];
    });
  return { ok: true, result };
}

/** Null for another user's. */
function processAt(pid: number, directory: string): OwnProcess | null {
  const named = (file: string) => `/proc/${pid}/${file}`;
  const text = (file: string): string | null => {
    const read = outcomeOf(named(file), () => readFileSync(`${directory}/${file}`, 'utf8'));
    return 'value' in read ? read.value : null;
  };
  const [, real] = /^Uid:\s*(\d+)/m.exec(text('status') ?? '') ?? [];
  if (real === undefined || Number(real) !== process.getuid?.()) return null;
  return {
    pid,
    exe: outcomeOf(named('exe'), () => {
      const { dev, ino } = statSync(`${directory}/exe`, { bigint: true });
      const path = readlinkSync(`${directory}/exe`);
      return { path, inode: String(ino), device: deviceNumber(dev) };
    }),
    workingDirectory: outcomeOf(named('cwd'), () => readlinkSync(`${directory}/cwd`)),
    arguments: (text('cmdline') ?? '').split('\0').slice(0, -1),
  };
}
