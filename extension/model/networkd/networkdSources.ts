import {
  dropInsIn,
  textAt,
  type ListedEntries,
  type SourceFile,
  type UnitEntry,
} from '../unit/unitSources.ts';
import { fileOfNetworkd, type NetworkdType } from './networkdFile.ts';

/** A file of systemd-networkd with its drop-ins. */
export interface FoundNetworkdFile {
  readonly type: NetworkdType;
  /** `50-vpn.netdev`. */
  readonly name: string;
  /** An empty one masks others of its name, and nothing is made of it. */
  readonly fragment: SourceFile;
  /** In the order in which they apply. */
  readonly dropIns: readonly SourceFile[];
}

/**
 * All files of a type in the order in which they are read, that of their names whatever directory they lie in
 * (`conf_files_list_strv()`). Of those with one name the one in the first directory counts.
 */
export function findNetworkdFiles(
  type: NetworkdType,
  entries: readonly UnitEntry[],
  paths: readonly string[],
): readonly FoundNetworkdFile[] {
  const listed: ListedEntries = {
    byPath: new Map(entries.map((entry) => [entry.path, entry])),
    entries,
  };
  const chosen = new Map<string, UnitEntry>();
  for (const folder of paths) {
    for (const entry of entries) {
      const file = fileOfNetworkd(entry.path);
      if (file?.type !== type || file.isDropIn || entry.path !== `${folder}/${file.name}`) continue;
      if (!chosen.has(file.name)) chosen.set(file.name, entry);
    }
  }
  return [...chosen.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, entry]) => {
      const text = textAt(entry, listed);
      if (text === null) return [];
      const dropIns = dropInsIn(networkdDropInFolders(name, paths), listed);
      return [{ type, name, fragment: { path: entry.path, text }, dropIns }];
    });
}

/** Where the drop-ins of a file are looked for; the first directory counts most. */
export function networkdDropInFolders(name: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => `${path}/${name}.d`);
}
