import { join } from 'node:path/posix';
import { fileOfNetworkd, isLikeNetworkd } from '../model/networkd/networkdFile.ts';
import { fileOfUnit } from '../model/unit/fileOfUnit.ts';
import { isLikeUnit } from '../model/unit/unitLikeness.ts';
import type { DirectoryEntry } from '../protocol/probe.ts';
import { collectUnitText, hostIn, type UnitTree } from './unitEvidence.ts';

export interface UnitFolder {
  /** Files of units and of systemd-networkd, and drop-ins, also those that may not be read. */
  readonly files: readonly string[];
  /** Directories that may not be listed. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/**
 * What lies below a directory, each directory in the order of its names; null where there is none. No link to a
 * directory is followed: what it leads to is found where it lies, if that is below.
 */
export async function collectUnitFolder(tree: UnitTree, path: string): Promise<UnitFolder | null> {
  const reply = await hostIn(tree).request({ kind: 'directory', path });
  if (!reply.ok) {
    const { error } = reply;
    const isNone = error.kind === 'call' && ['ENOENT', 'ENOTDIR'].includes(error.error.errno);
    return isNone ? null : { files: [], unread: [{ path, why: error.reason }] };
  }
  const files: string[] = [];
  const unread: UnitFolder['unread'][number][] = [];
  // One after the other: a helper that has much to answer would be taken for one that hangs.
  for (const entry of reply.result.toSorted(byName)) {
    const below = join(path, entry.name);
    if (entry.type === 'directory') {
      const found = isPassedOver(entry.name) ? null : await collectUnitFolder(tree, below);
      files.push(...(found?.files ?? []));
      unread.push(...(found?.unread ?? []));
    } else if (await isUnitFile(tree, below, entry)) {
      files.push(below);
    }
  }
  return { files, unread };
}

function byName(one: DirectoryEntry, other: DirectoryEntry): number {
  return one.name < other.name ? -1 : 1;
}

/** What version control and package managers keep, and the links of `systemctl enable`. */
function isPassedOver(name: string): boolean {
  return name === '.git' || name === 'node_modules' || /\.(?:wants|requires|upholds)$/.test(name);
}

async function isUnitFile(
  tree: UnitTree,
  path: string,
  { type, target }: DirectoryEntry,
): Promise<boolean> {
  const file = fileOfUnit(path);
  const networkd = fileOfNetworkd(path);
  // A link to /dev/null masks a unit: there is nothing in it to look at.
  if ((file ?? networkd) === null || type === 'other' || target === '/dev/null') return false;
  const found = await collectUnitText(tree, path);
  if (found.kind !== 'text') return found.kind === 'unread';
  const { text } = found;
  if (file !== null) return isLikeUnit({ path, text }, file.unit.type);
  return networkd !== null && isLikeNetworkd(networkd, text);
}
