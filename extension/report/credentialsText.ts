import { names, toHex, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import { printable } from './printable.ts';
import type { ProcessView } from './sessionView.ts';

/** A process’s credentials in full, and what of them matters for what it starts; ends in a line feed. */
export function credentialsText(
  { name, pid, facts }: ProcessView,
  { uid, gid, groups, securebits, ...credentials }: Credentials,
): string {
  const lines = [
    `${name} (pid ${String(pid)})`,
    `  user id       real ${uid.real}, effective ${uid.effective}, saved ${uid.saved}`,
    `  group id      real ${gid.real}, effective ${gid.effective}, saved ${gid.saved}`,
    `  groups        ${groups.length === 0 ? 'none' : groups.join(', ')}`,
    ...(['permitted', 'effective', 'inheritable', 'bounding', 'ambient'] as const).map(
      (set) => `  ${set.padEnd(13)} ${setText(credentials[set])}`,
    ),
    `  securebits    0x${securebits.toString(16)}`,
    ...facts.map(({ label, value, meaning }) => `  ${label}: ${value}. ${meaning}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function setText(set: CapabilitySet): string {
  const all = names(set);
  return all.length === 0 ? 'none' : `${toHex(set)} (${all.join(', ')})`;
}
