import type { Mount } from '../model/mount.ts';
import type { Program } from '../model/system.ts';
import { fileCapabilityText, modeText } from './words.ts';

/** The program in one line: `cap_net_admin=eip · 1000:1000 0755 · /home (ext4, nosuid)`. */
export function programSummary({ file, capabilityUnseen }: Program): string {
  const capabilities =
    capabilityUnseen === null
      ? (fileCapabilityText(file) ?? 'no file capabilities')
      : 'file capabilities unknown';
  const owner = `${String(file.uid)}:${String(file.gid)} ${modeText(file.mode)}`;
  return `${capabilities} · ${owner} · ${mountSummary(file.mount)}`;
}

/** `/home (ext4, nosuid)`. */
export function mountSummary({ mountPoint, fsType, nosuid, noexec, foreign }: Mount): string {
  const flags = [
    fsType,
    nosuid ? 'nosuid' : null,
    noexec ? 'noexec' : null,
    foreign ? 'of another mount namespace' : null,
  ].filter((flag) => flag !== null);
  return `${mountPoint} (${flags.join(', ')})`;
}
