import * as fc from 'fast-check';
import { fromBase, isMapped, toBase } from '../../../extension/model/userNamespace.ts';
import type { PredictProgram, Scenario } from '../../../extension/protocol/predict.ts';
import { attributeBytes, imageAttributes, imageOwners, withRootId } from './attribute.ts';
import {
  extents,
  idmapRecord,
  idmaps,
  keptNamespace,
  keptNamespaces,
  keptPath,
  mappable,
  namespaceBelow,
  namespaceRecord,
  type IdMap,
  type IdMaps,
} from './stage.ts';

/** Who traces the caller, and what it held when it attached (`enum trace_form` in tracer.h). */
export interface Trace {
  readonly form: (typeof forms)[number];
  /** The tracer's effective user id. */
  readonly uid: number;
  /** CAP_SYS_PTRACE was effective: of the tracer, with PTRACE_TRACEME of the tracee. */
  readonly sysPtrace: boolean;
  /** The tracer's user namespace: the initial one, the kept one that the caller enters, or the one above that. */
  readonly namespace: 'initial' | 'kept' | 'above';
}

const forms = [
  'traceme-first',
  'traceme-last',
  'seize-first',
  'seize-last',
  'attach-first',
  'attach-last',
  'inherited',
  'detached',
] as const;

/** A file and the mount through which it is reached. */
export interface FileSetup {
  /** The kept namespace that owns the file system; null is the initial one. */
  readonly store: number | null;
  readonly idmap: number | null;
  readonly nosuid: boolean;
  readonly noexec: boolean;
  readonly foreign: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** With a root id of the store. */
  readonly capability: string | null;
  /** How the kernel comes to the next file: `#!`, or a binfmt_misc entry with these flags; null for the last. */
  readonly handler: string | null;
}

/**
 * What the runner is asked to bring about. The kernel may refuse parts of it (an ambient capability
 * that is not permitted, say): a scenario has the caller that was measured, not this one.
 */
export interface Setup {
  readonly caller: Omit<Scenario['caller'], 'tracer' | 'userNamespace'> & {
    readonly parentDeathSignal: number;
    readonly personality: number;
  };
  /** A kept namespace that the caller enters, and a new one below that. */
  readonly namespace: { readonly kept: number | null; readonly fresh: IdMaps | null };
  readonly trace: Trace | null;
  /** The program and its interpreters, in the order in which the kernel opens them. */
  readonly files: readonly FileSetup[];
}

/** The scenario in the words of `capwright predict`, with the caller as it really was. */
export function scenarioOf(
  { caller, namespace, files }: Setup,
  measured: Omit<Scenario['caller'], 'userNamespace'>,
  kernel: string,
): Scenario {
  const kept = namespaceRecord(namespace.kept);
  const userNamespace =
    namespace.fresh === null ? kept : namespaceBelow(kept, namespace.fresh, caller.uid[1]);
  return {
    kernel,
    caller: { ...measured, userNamespace },
    program: programOf(files, keptPath(namespace.kept)),
  };
}

function programOf(
  [file, ...interpreters]: readonly FileSetup[],
  path: readonly number[],
): PredictProgram {
  if (file === undefined) throw new RangeError('a program is at least one file');
  const { mode, uid, gid, capability, handler } = file;
  const interpreter = interpreters.length === 0 ? null : programOf(interpreters, path);
  const program = { mode, uid, gid, capability, mount: mountOf(file, path), interpreter };
  return handler?.startsWith('misc') === true
    ? { ...program, binfmt: handler.slice('misc'.length) }
    : program;
}

function mountOf(
  { nosuid, noexec, foreign, store, idmap }: FileSetup,
  path: readonly number[],
): PredictProgram['mount'] {
  const mount = { nosuid, noexec, foreign };
  const owned = store === null ? mount : { ...mount, superblock: superblockOf(store, path) };
  return idmap === null ? owned : { ...owned, idmap: idmapRecord(idmap) };
}

/** By its level where it is the caller's or above it. */
function superblockOf(
  store: number,
  path: readonly number[],
): NonNullable<PredictProgram['mount']['superblock']> {
  const index = path.indexOf(store);
  return index === -1 ? (namespaceRecord(store) ?? 0) : index + 1;
}

// 1001 and 100,010 are just outside of the maps below.
const id = weighted([10, 1000], [6, 0], [4, 2000], [1, 1001], [1, 100_003], [1, 100_010]);

const idTriple = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: id.map((each) => [each, each, each] as const) },
  { weight: 1, arbitrary: fc.tuple(id, id).map(([real, other]) => [real, other, other] as const) },
  { weight: 2, arbitrary: fc.tuple(id, id, id) },
);

const full = (1n << 41n) - 1n;

// Each decides something: access to files, a change of id, the tracer's power, the sets
// themselves. CAP_SYS_RESOURCE (24) is missing from the bounding set of many containers.
const pool = [1, 2, 7, 8, 12, 13, 19, 21, 40];
const subset = fc.subarray(pool).map(setOf);
const someOf = fc.subarray(pool, { minLength: 1, maxLength: 3 }).map(setOf);
const maybe = fc.oneof(fc.constant(0n), subset);
const anything = fc.oneof(subset, fc.constant(full), fc.bigInt({ min: 0n, max: full }));

const bounding = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: fc.constant(full) },
  { weight: 3, arbitrary: subset.map((lost) => full & ~lost) },
  { weight: 1, arbitrary: subset },
);

const zero = fc.constant(0n);

const sets = fc.oneof(
  { withCrossShrink: true },
  // A user's process.
  {
    weight: 5,
    arbitrary: fc.record({
      permitted: zero,
      effective: zero,
      inheritable: maybe,
      ambient: zero,
      bounding,
    }),
  },
  // What an ambient launcher makes.
  {
    weight: 4,
    arbitrary: fc.tuple(someOf, maybe, bounding).map(([held, more, limit]) => ({
      permitted: held | more,
      effective: held,
      inheritable: held,
      ambient: held,
      bounding: limit,
    })),
  },
  // A launcher with capabilities of its own.
  {
    weight: 3,
    arbitrary: fc
      .tuple(anything, fc.boolean(), maybe, bounding)
      .map(([held, effective, inheritable, limit]) => ({
        permitted: held,
        effective: effective ? held : 0n,
        inheritable,
        ambient: 0n,
        bounding: limit,
      })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      permitted: anything,
      effective: anything,
      inheritable: anything,
      ambient: anything,
      bounding,
    }),
  },
);

// NOROOT, NO_SETUID_FIXUP, KEEP_CAPS, NO_CAP_AMBIENT_RAISE and their locks (linux/securebits.h).
const securebits = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.subarray([0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80]).map(sum) },
);

const idMap = weighted<IdMap>(
  [3, [[0, 1000, 1]]],
  [2, [[1000, 1000, 1]]],
  [2, [[0, 0, 4_294_967_295]]],
  [
    2,
    [
      [5, 1000, 1],
      [0, 2000, 1],
    ],
  ],
  [
    2,
    [
      [0, 2000, 1],
      [1, 100_000, 10],
    ],
  ],
  [1, []],
);

const fresh = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: idMap.map((map) => ({ uidMap: map, gidMap: map })) },
  { weight: 1, arbitrary: fc.record({ uidMap: idMap, gidMap: idMap }) },
);

const kept = fc.nat({ max: keptNamespaces.length - 1 });
const noNamespace = fc.constant({ kept: null, fresh: null });
const oneNamespace = fc.record({ kept: fc.constant(null), fresh });
const keptNamespaceOnly = fc.record({ kept, fresh: fc.constant(null) });
const namespaceBelowKept = fc.record({ kept, fresh });

const caller = fc
  .record({
    uid: idTriple,
    gid: idTriple,
    groups: fc.subarray([1000, 0, 2000, 100_003]),
    sets,
    securebits,
    noNewPrivs: weighted([4, false], [1, true]),
    sharesFs: weighted([9, false], [1, true]),
    // SIGURG, which does nothing; ADDR_NO_RANDOMIZE and ADDR_COMPAT_LAYOUT.
    parentDeathSignal: weighted([1, 0], [1, 23]),
    personality: weighted([2, 0], [1, 0x0040000], [1, 0x0240000]),
  })
  .map(({ uid, gid, sets: drawn, ...rest }) => ({
    ...rest,
    uid: [...uid] as [number, number, number],
    gid: [...gid] as [number, number, number],
    permitted: hex(drawn.permitted),
    effective: hex(drawn.effective),
    inheritable: hex(drawn.inheritable),
    bounding: hex(drawn.bounding),
    ambient: hex(drawn.ambient),
  }));

const tracers: fc.Arbitrary<Trace> = fc.record({
  form: fc.constantFrom(...forms),
  uid: id,
  sysPtrace: fc.boolean(),
  namespace: fc.constantFrom('initial', 'kept', 'above'),
});

const maybeTraced = sometimes([3, 2], null, tracers);

const setIdBits = weighted([6, 0], [3, 0o4000], [2, 0o2000], [1, 0o6000], [1, 0o1000]);
const permissionBits = fc.oneof(
  { withCrossShrink: true },
  { weight: 12, arbitrary: fc.constant(0o755) },
  // Unreadable, not for the group, not for others, not for the owner, for nobody.
  { weight: 4, arbitrary: fc.constantFrom(0o711, 0o745, 0o754, 0o655, 0o644, 0o111) },
  { weight: 1, arbitrary: fc.nat({ max: 0o777 }) },
);
const mode = fc.tuple(setIdBits, permissionBits).map(sum);

const attributeSets = fc.record({
  // Beyond the last capability: dropped by the kernel. CAP_SYS_RESOURCE: often beyond the bounding set.
  permitted: fc.oneof(
    { weight: 6, arbitrary: subset },
    { weight: 3, arbitrary: someOf },
    { weight: 1, arbitrary: fc.subarray([12, 24, 41, 63]).map(setOf) },
    { weight: 1, arbitrary: zero },
  ),
  inheritable: fc.oneof({ weight: 2, arbitrary: zero }, { weight: 2, arbitrary: subset }),
  effective: weighted([2, true], [1, false]),
});

const settableAttribute = fc.oneof(
  { withCrossShrink: true },
  {
    weight: 4,
    arbitrary: attributeSets.map((each) => attributeBytes({ revision: 2, ...each })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(attributeSets, id)
      .map(([each, rootId]) => attributeBytes({ revision: 3, rootId, ...each })),
  },
  {
    weight: 1,
    arbitrary: fc
      .boolean()
      .map((effective) =>
        attributeBytes({ revision: 2, permitted: 0n, inheritable: 0n, effective }),
      ),
  },
);

/** Where files lie, and how they are reached. */
interface Places {
  readonly store: fc.Arbitrary<number | null>;
  readonly idmap: fc.Arbitrary<number | null>;
  readonly foreign: fc.Arbitrary<boolean>;
}

const stores = kept;
const idmapped = fc.nat({ max: idmaps.length - 1 });

const anyPlace: Places = {
  store: sometimes([7, 1], null, stores),
  idmap: sometimes([7, 1], null, idmapped),
  foreign: weighted([15, false], [1, true]),
};

function mountFlags(): { nosuid: fc.Arbitrary<boolean>; noexec: fc.Arbitrary<boolean> } {
  return { nosuid: weighted([5, false], [1, true]), noexec: weighted([24, false], [1, true]) };
}

function ordinaryFile(places: Places): fc.Arbitrary<FileSetup> {
  return fc.record({
    ...places,
    ...mountFlags(),
    mode,
    uid: id,
    gid: id,
    capability: fc.oneof(
      { withCrossShrink: true },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: settableAttribute },
    ),
    handler: fc.constant(null),
  });
}

function imageFile(places: Places): fc.Arbitrary<FileSetup> {
  return fc
    .record({
      ...places,
      ...mountFlags(),
      store: fc.constant(null),
      mode: permissionBits,
      uid: fc.constantFrom(...imageOwners),
      capability: fc.constantFrom(...imageAttributes),
      handler: fc.constant(null),
    })
    .map((file) => ({ ...file, gid: file.uid }));
}

function anyFile(places: Places): fc.Arbitrary<FileSetup> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 15, arbitrary: ordinaryFile(places) },
    { weight: 1, arbitrary: imageFile(places) },
  );
}

const entryFlags = fc.constantFrom('', 'O', 'C', 'F', 'OC', 'OF', 'CF', 'OCF', 'P');
const entries = entryFlags.map((flags) => `misc${flags}`);
const script = fc.constant('script');
const scriptOrEntry = fc.oneof({ weight: 5, arbitrary: script }, { weight: 1, arbitrary: entries });

/** Mostly executable: behind a file that is not, nothing would be seen. */
function interpreted(places: Places, handler: fc.Arbitrary<string>): fc.Arbitrary<FileSetup> {
  const file = ordinaryFile(places);
  const executable = fc
    .tuple(file, setIdBits)
    .map(([each, bits]) => ({ ...each, mode: bits | 0o755, noexec: false }));
  return fc
    .tuple(
      fc.oneof(
        { withCrossShrink: true },
        { weight: 3, arbitrary: executable },
        { weight: 1, arbitrary: file },
      ),
      handler,
    )
    .map(([each, how]) => ({ ...each, handler: how }));
}

/** The kernel gives up at the sixth. */
function interpretedFiles(
  places: Places,
  handler: fc.Arbitrary<string>,
  [none, few, many]: readonly [number, number, number],
): fc.Arbitrary<readonly FileSetup[]> {
  const each = interpreted(places, handler);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: none, arbitrary: fc.constant([]) },
    { weight: few, arbitrary: fc.array(each, { minLength: 1, maxLength: 2 }) },
    { weight: many, arbitrary: fc.array(each, { minLength: 4, maxLength: 6 }) },
  );
}

interface Dimensions {
  readonly namespace: fc.Arbitrary<Setup['namespace']>;
  readonly trace: fc.Arbitrary<Trace | null>;
  readonly before: fc.Arbitrary<readonly FileSetup[]>;
  readonly last: fc.Arbitrary<FileSetup>;
}

const everyDimension: Dimensions = {
  namespace: fc.oneof(
    { withCrossShrink: true },
    { weight: 10, arbitrary: noNamespace },
    { weight: 4, arbitrary: oneNamespace },
    { weight: 2, arbitrary: keptNamespaceOnly },
    { weight: 2, arbitrary: namespaceBelowKept },
  ),
  trace: maybeTraced,
  before: interpretedFiles(anyPlace, scriptOrEntry, [14, 3, 1]),
  last: anyFile(anyPlace),
};

function setups(change: Partial<Dimensions>): fc.Arbitrary<Setup> {
  const { namespace, trace, before, last } = { ...everyDimension, ...change };
  return fc
    .record({ caller, namespace, trace, files: fc.tuple(before, last) })
    .map(({ files: [interpretedOnes, binary], ...drawn }) =>
      possible({ ...drawn, files: [...interpretedOnes, binary] }),
    );
}

/** A source of scenarios: all dimensions together, or one that those rarely meet. */
export interface Generator {
  readonly name: string;
  /** Cases for each case of the first. */
  readonly share: number;
  readonly setups: fc.Arbitrary<Setup>;
}

const foreignPlace = { ...anyPlace, foreign: weighted([1, false], [3, true]) };
const idmappedPlace = { ...anyPlace, idmap: idmapped };
const ownedPlace = { ...anyPlace, store: stores };

export const generators: readonly Generator[] = [
  { name: 'every dimension', share: 1, setups: setups({}) },
  { name: 'malformed attributes', share: 0.05, setups: setups({ last: imageFile(anyPlace) }) },
  {
    name: 'mounts of another mount namespace',
    share: 0.05,
    setups: setups({
      before: interpretedFiles(foreignPlace, scriptOrEntry, [3, 1, 0]),
      last: anyFile(foreignPlace),
    }),
  },
  {
    name: 'binfmt_misc in a user namespace',
    share: 0.1,
    setups: setups({
      before: interpretedFiles(anyPlace, fc.oneof(entries, entries, script), [0, 9, 1]),
    }),
  },
  { name: 'idmapped mounts', share: 0.1, setups: setups({ last: anyFile(idmappedPlace) }) },
  {
    name: 'nested user namespaces',
    share: 0.1,
    setups: setups({ namespace: fc.oneof(keptNamespaceOnly, namespaceBelowKept) }),
  },
  {
    name: 'file systems of user namespaces',
    share: 0.1,
    setups: setups({
      namespace: fc.oneof(keptNamespaceOnly, namespaceBelowKept),
      last: anyFile(ownedPlace),
    }),
  },
  { name: 'tracers', share: 0.1, setups: setups({ trace: tracers }) },
];

/** The nearest setup that can exist. */
function possible(drawn: Setup): Setup {
  const registered = drawn.files.some(({ handler }) => handler?.startsWith('misc') === true);
  const foreign = drawn.files.some((file) => file.foreign);
  const reaches = keptPath(drawn.namespace.kept).includes(0);
  const kept = registered && !reaches ? 0 : drawn.namespace.kept;
  return {
    ...drawn,
    namespace: { kept, fresh: possibleBelow(kept, drawn.namespace.fresh, drawn.caller) },
    files: drawn.files.map((file, index) => {
      // Opened by the runner: in its mount namespace, and where it may.
      const opened = drawn.files[index - 1]?.handler?.includes('F') === true;
      return storable(opened ? { ...file, noexec: false, foreign } : file);
    }),
  };
}

/** Only who has a name in a user namespace can create one below it. */
function possibleBelow(
  kept: number | null,
  maps: IdMaps | null,
  { uid, gid }: Setup['caller'],
): IdMaps | null {
  if (maps === null || kept === null) return maps;
  const above = keptNamespace(kept);
  const named = isMapped(extents(above.uidMap), uid[1]) && isMapped(extents(above.gidMap), gid[1]);
  return named ? mappable(maps, kept) : null;
}

/** A file system can hold only owners that its user namespace maps, and root ids. */
function storable(file: FileSetup): FileSetup {
  if (file.store === null) return file;
  const { uidMap, gidMap, owner } = keptNamespace(file.store);
  const known = (map: IdMap, each: number): number => (isMapped(extents(map), each) ? each : owner);
  const rootId = (each: number): number | null =>
    toBase(extents(uidMap), each) === null ? fromBase(extents(uidMap), owner) : each;
  return {
    ...file,
    uid: known(uidMap, file.uid),
    gid: known(gidMap, file.gid),
    capability: file.capability === null ? null : withRootId(file.capability, rootId),
  };
}

/** Once in a while something else than `usual`. */
function sometimes<T>(
  [often, rarely]: readonly [number, number],
  usual: T,
  other: fc.Arbitrary<T>,
): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: often, arbitrary: fc.constant(usual) },
    { weight: rarely, arbitrary: other },
  );
}

function weighted<T>(
  ...choices: readonly (readonly [weight: number, value: T])[]
): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })),
  );
}

function setOf(capabilities: readonly number[]): bigint {
  return capabilities.reduce((set, each) => set | (1n << BigInt(each)), 0n);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function hex(set: bigint): string {
  return `0x${set.toString(16)}`;
}
