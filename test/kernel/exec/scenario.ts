import * as fc from 'fast-check';
import type { PredictProgram, Scenario } from '../../../extension/protocol/predict.ts';
import { attributeBytes, imageAttributes, imageOwners } from './attribute.ts';

/**
 * Who traces the caller, and whether CAP_SYS_PTRACE was effective in the credentials that the
 * kernel captured at attach time (`enum trace` in runner.c).
 */
export type Trace =
  'none' | 'me-first' | 'me-last' | 'me-last-without' | 'seized' | 'seized-without';

/**
 * What the runner is asked to bring about. The kernel may refuse parts of it (an ambient capability
 * that is not permitted, say): a scenario has the caller that was measured, not this one.
 */
export interface Setup {
  readonly caller: Omit<Scenario['caller'], 'tracer'>;
  readonly trace: Trace;
  readonly program: PredictProgram;
}

/** The program and its interpreters, in the order in which the kernel opens them. */
export function fileChain(program: PredictProgram): readonly PredictProgram[] {
  return program.interpreter === null ? [program] : [program, ...fileChain(program.interpreter)];
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

type IdMap = [inside: number, outside: number, count: number][];

const idMaps: readonly (readonly [weight: number, map: IdMap])[] = [
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
];
const idMap = weighted(...idMaps);

const userNamespace = fc.oneof(
  { withCrossShrink: true },
  { weight: 10, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: idMap.map((map) => ({ uidMap: map, gidMap: map })) },
  { weight: 1, arbitrary: fc.record({ uidMap: idMap, gidMap: idMap }) },
);

const caller = fc
  .record({
    uid: idTriple,
    gid: idTriple,
    groups: fc.subarray([1000, 0, 2000, 100_003]),
    sets,
    securebits,
    noNewPrivs: weighted([4, false], [1, true]),
    sharesFs: weighted([9, false], [1, true]),
    userNamespace,
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

const trace: fc.Arbitrary<Trace> = weighted<Trace>(
  [8, 'none'],
  [1, 'me-first'],
  [2, 'me-last'],
  [1, 'me-last-without'],
  [1, 'seized'],
  [1, 'seized-without'],
);

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

const mount = fc.record({
  nosuid: weighted([5, false], [1, true]),
  noexec: weighted([24, false], [1, true]),
  foreign: weighted([15, false], [1, true]),
});

type FileRecord = Omit<PredictProgram, 'interpreter'>;

const ordinaryFile = fc.record({
  mode,
  uid: id,
  gid: id,
  capability: fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: settableAttribute },
  ),
  mount,
});

const imageFile = fc.record({
  mode: permissionBits,
  uid: fc.constantFrom(...imageOwners),
  capability: fc.constantFrom(...imageAttributes),
  mount,
});

const program: fc.Arbitrary<FileRecord> = fc.oneof(
  { withCrossShrink: true },
  { weight: 15, arbitrary: ordinaryFile },
  { weight: 1, arbitrary: imageFile.map((file) => ({ ...file, gid: file.uid })) },
);

// Mostly executable: behind a script that is not, nothing would be seen.
const script: fc.Arbitrary<FileRecord> = fc.oneof(
  { withCrossShrink: true },
  {
    weight: 3,
    arbitrary: fc.tuple(ordinaryFile, setIdBits).map(([file, bits]) => ({
      ...file,
      mode: bits | 0o755,
      mount: { ...file.mount, noexec: false },
    })),
  },
  { weight: 1, arbitrary: ordinaryFile },
);

// The kernel gives up at the sixth.
const scripts = fc.oneof(
  { withCrossShrink: true },
  { weight: 14, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(script, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(script, { minLength: 4, maxLength: 6 }) },
);

/** Every dimension of the contract, drawn so that the rules meet each other often. */
export const setup: fc.Arbitrary<Setup> = fc.record({
  caller,
  trace,
  program: fc.tuple(scripts, program).map(([before, last]) =>
    before.reduceRight<PredictProgram>((interpreter, file) => ({ ...file, interpreter }), {
      ...last,
      interpreter: null,
    }),
  ),
});

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
