import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';
import { readPseudoFile } from './pseudoFile.ts';

const folder = '/proc/sys/fs/binfmt_misc';

/** The text of every entry of binfmt_misc, and of its switch, `status`; none where it is not mounted. */
export function binfmtEntries(): ProbeReply<'binfmtEntries'> {
  const names = outcomeOf(folder, () => readdirSync(folder));
  if (!('value' in names)) return { ok: false, error: failureOf(names) };
  const entries = names.value
    .filter((name) => name !== 'register')
    .flatMap((name) => {
      const read = readPseudoFile(join(folder, name));
      return read.ok ? [{ name, text: read.result.text }] : [];
    });
  return { ok: true, result: entries };
}
