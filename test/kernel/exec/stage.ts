import { fromBase, type IdExtent } from '../../../extension/model/userNamespace.ts';
import type { PredictNamespace } from '../../../extension/protocol/predict.ts';

/** Extents of `[inside, outside, count]`, outside in ids of the initial user namespace. */
export type IdMap = readonly (readonly [inside: number, outside: number, count: number])[];

export interface IdMaps {
  readonly uidMap: IdMap;
  readonly gidMap: IdMap;
}

/** A user namespace that lasts for all scenarios, with a tmpfs that it owns. */
export interface KeptNamespace extends IdMaps {
  /** Its index; null is the initial user namespace. */
  readonly parent: number | null;
  /** User and group, mapped here and in the parent. */
  readonly owner: number;
}

const both = (map: IdMap): IdMaps => ({ uidMap: map, gidMap: map });

/** Up to three deep. The first one has a binfmt_misc, which those below it find. */
export const keptNamespaces: readonly KeptNamespace[] = [
  { parent: null, owner: 0, ...both([[0, 0, 4_294_967_295]]) },
  {
    parent: null,
    owner: 1000,
    uidMap: [
      [0, 1000, 1],
      [1, 2000, 1],
      [5, 0, 1],
    ],
    gidMap: [
      [0, 1000, 1],
      [1, 2000, 1],
    ],
  },
  {
    parent: 1,
    owner: 1000,
    ...both([
      [0, 2000, 1],
      [1, 1000, 1],
    ]),
  },
  {
    parent: 0,
    owner: 2000,
    ...both([
      [0, 2000, 1],
      [7, 0, 1],
      [1000, 1000, 1],
    ]),
  },
  {
    parent: 3,
    owner: 2000,
    ...both([
      [0, 1000, 1],
      [3, 2000, 1],
    ]),
  },
  // As unshare --map-current-user makes it: without a root.
  { parent: null, owner: 1000, ...both([[1000, 1000, 1]]) },
  { parent: 2, owner: 1000, ...both([[0, 1000, 1]]) },
];

/** Of idmapped mounts: stored in the file system, seen through the mount. */
export const idmaps: readonly IdMaps[] = [
  both([
    [0, 1000, 1],
    [1000, 0, 1],
    [2000, 2000, 1],
  ]),
  {
    uidMap: [
      [0, 0, 1],
      [1000, 2000, 1],
    ],
    gidMap: [
      [0, 0, 1],
      [1000, 1000, 1],
      [2000, 2000, 1],
    ],
  },
  // Whose root is nobody's.
  both([[1000, 1000, 1]]),
  // For what the kept namespaces store.
  both([
    [0, 2000, 1],
    [1, 1000, 1],
    [5, 0, 1],
  ]),
];

/** From the outermost kept namespace to this one. */
export function keptPath(index: number | null): readonly number[] {
  if (index === null) return [];
  return [...keptPath(keptNamespace(index).parent), index];
}

export function keptNamespace(index: number): KeptNamespace {
  const kept = keptNamespaces[index];
  if (kept === undefined) throw new RangeError(`no kept namespace ${String(index)}`);
  return kept;
}

/** In the words of `capwright predict`; null is the initial user namespace. */
export function namespaceRecord(index: number | null): PredictNamespace | null {
  if (index === null) return null;
  const { uidMap, gidMap, owner, parent } = keptNamespace(index);
  return namespaceBelow(namespaceRecord(parent), { uidMap, gidMap }, owner);
}

export function namespaceBelow(
  parent: PredictNamespace | null,
  { uidMap, gidMap }: IdMaps,
  owner: number,
): PredictNamespace {
  const maps = { uidMap: writable(uidMap), gidMap: writable(gidMap), owner };
  return parent === null ? maps : { ...maps, parent };
}

export function idmapRecord(index: number): {
  uidMap: [number, number, number][];
  gidMap: [number, number, number][];
} {
  const idmap = idmaps[index];
  if (idmap === undefined) throw new RangeError(`no id map ${String(index)}`);
  return { uidMap: writable(idmap.uidMap), gidMap: writable(idmap.gidMap) };
}

/** Those of the extents that can be written below the parent, whole. */
export function mappable({ uidMap, gidMap }: IdMaps, parent: number | null): IdMaps {
  if (parent === null) return { uidMap, gidMap };
  const above = keptNamespace(parent);
  return {
    uidMap: uidMap.filter((extent) => insideOf(above.uidMap, extent) !== null),
    gidMap: gidMap.filter((extent) => insideOf(above.gidMap, extent) !== null),
  };
}

/** What the kernel takes in uid_map: the ids outside are those of the parent. */
export function writtenMaps({ uidMap, gidMap }: IdMaps, parent: number | null): IdMaps {
  if (parent === null) return { uidMap, gidMap };
  const above = keptNamespace(parent);
  const written = (map: IdMap, outer: IdMap): IdMap =>
    map.map(([inside, base, count]) => {
      const outside = insideOf(outer, [inside, base, count]);
      if (outside === null) throw new RangeError(`${String(base)} is not mapped above`);
      return [inside, outside, count];
    });
  return { uidMap: written(uidMap, above.uidMap), gidMap: written(gidMap, above.gidMap) };
}

export function mapField(map: IdMap): string {
  return map.length === 0 ? 'none' : map.map((extent) => extent.join(':')).join('+');
}

/** The arguments that make the runner keep them. */
export function stageArguments(): readonly string[] {
  const fields = ({ uidMap, gidMap }: IdMaps): string => `${mapField(uidMap)}/${mapField(gidMap)}`;
  return [
    ...keptNamespaces.map(
      ({ parent, owner, ...maps }) =>
        `kept=${String(parent ?? '-')}/${String(owner)}/${fields(writtenMaps(maps, parent))}`,
    ),
    ...idmaps.map((idmap) => `idmap=${fields(idmap)}`),
  ];
}

export function extents(map: IdMap): readonly IdExtent[] {
  return map.map(([inside, base, count]) => ({ inside, base, count }));
}

function insideOf(
  outer: IdMap,
  [, base, count]: readonly [inside: number, outside: number, count: number],
): number | null {
  const first = fromBase(extents(outer), base);
  const last = fromBase(extents(outer), base + count - 1);
  return first !== null && last !== null && last - first === count - 1 ? first : null;
}

function writable(map: IdMap): [number, number, number][] {
  return map.map(([inside, outside, count]) => [inside, outside, count]);
}
