import * as v from 'valibot';

/**
 * The contract of `capwright predict`: one scenario a line in, one answer a line out, in order.
 * All ids are those of the initial user namespace; capability sets are hexadecimal strings.
 *
 * What may be left out has its meaning then: nothing of the kind is there. User namespaces are told
 * by their level, as the kernel counts: 0 is the initial one, 1 its child on the way to the
 * caller's, and so on.
 */

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const ids = v.tuple([id, id, id]);
const capabilitySet = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]{1,16}$/i, 'is not a set such as 0x1000'),
);
/** Extents of `[inside, outside, count]`. */
const idMap = v.array(v.tuple([id, id, id]));
const level = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(32));

export interface PredictNamespace {
  readonly uidMap: v.InferOutput<typeof idMap>;
  readonly gidMap: v.InferOutput<typeof idMap>;
  /** The effective user id of the process that created it; 0 where it is left out. */
  readonly owner?: number | undefined;
  /** The namespace above it; the initial one where it is left out. */
  readonly parent?: PredictNamespace | undefined;
}

const userNamespace: v.GenericSchema<PredictNamespace> = v.object({
  uidMap: idMap,
  gidMap: idMap,
  owner: v.optional(id),
  parent: v.optional(v.lazy(() => userNamespace)),
});

/** What of a task's credentials makes it capable: its effective user id, its effective set, its user namespace. */
const task = v.object({ uid: id, effective: capabilitySet, level: v.optional(level) });

/**
 * Who traces the caller: whether it counts as holding CAP_SYS_PTRACE over the new credentials, or
 * what that is decided by, the credentials of both at the moment of the ptrace request.
 */
const tracer = v.union([
  v.object({ sysPtrace: v.boolean() }),
  v.object({ request: v.literal('attach'), tracer: task }),
  v.object({ request: v.literal('traceme'), tracer: task, tracee: task }),
]);

const caller = v.object({
  uid: ids,
  gid: ids,
  groups: v.array(id),
  permitted: capabilitySet,
  effective: capabilitySet,
  inheritable: capabilitySet,
  bounding: capabilitySet,
  ambient: capabilitySet,
  securebits: v.pipe(v.number(), v.integer(), v.minValue(0)),
  noNewPrivs: v.boolean(),
  sharesFs: v.boolean(),
  userNamespace: v.nullable(userNamespace),
  tracer: v.nullable(tracer),
  /** PR_GET_PDEATHSIG: the answer then says what becomes of it. */
  parentDeathSignal: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64))),
  /** personality(2): the answer then says what becomes of it. */
  personality: v.optional(id),
});

const mount = v.object({
  nosuid: v.boolean(),
  noexec: v.boolean(),
  foreign: v.boolean(),
  /**
   * The user namespace that owns the file system: a level of the caller's, or one that is neither the
   * caller's nor above it. The initial one where it is left out.
   */
  superblock: v.optional(v.union([level, userNamespace])),
  /** Of an idmapped mount: `[stored in the file system, as seen through the mount, count]`. */
  idmap: v.optional(v.object({ uidMap: idMap, gidMap: idMap })),
});

export interface PredictProgram {
  readonly mode: number;
  /** Owner and group as the file system has them; `mount.idmap` shifts them. */
  readonly uid: number;
  readonly gid: number;
  /** `security.capability` as the file system stores it, in hexadecimal, or null where there is none. */
  readonly capability: string | null;
  readonly mount: v.InferOutput<typeof mount>;
  /** The program that a script's `#!` names, or the entry of binfmt_misc that takes the file. */
  readonly interpreter: PredictProgram | null;
  /** The flags of that entry, such as `OC`; left out, the file is a script. */
  readonly binfmt?: string | undefined;
}

const program: v.GenericSchema<PredictProgram> = v.object({
  mode: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o7777)),
  uid: id,
  gid: id,
  capability: v.nullable(
    v.pipe(v.string(), v.regex(/^0x(?:[0-9a-f]{2})*$/i, 'is not a byte string such as 0x0100…')),
  ),
  mount,
  interpreter: v.nullable(v.lazy(() => program)),
  binfmt: v.optional(v.pipe(v.string(), v.regex(/^[POCF]*$/, 'is not flags such as OC'))),
});

export const scenarioSchema = v.object({
  /** The release that decides the version-dependent rules, such as `6.18`. */
  kernel: v.string(),
  caller,
  program,
});

export type Scenario = v.InferOutput<typeof scenarioSchema>;

export type Triple = readonly [real: number, effective: number, saved: number];

/** A step of the explanation: `rule` and its own fields, capability sets as lists of names. */
export type ReasonRecord = Readonly<Record<string, unknown>> & { readonly rule: string };

export type Answer =
  | {
      readonly exec: 'ok';
      readonly uid: Triple;
      readonly gid: Triple;
      readonly permitted: string;
      readonly effective: string;
      readonly inheritable: string;
      readonly bounding: string;
      readonly ambient: string;
      readonly noNewPrivs: boolean;
      readonly securebits: number;
      readonly secureExec: boolean;
      readonly dumpable: boolean;
      /** Only where the scenario has it. */
      readonly parentDeathSignal?: number;
      readonly personality?: number;
      readonly reasons: readonly ReasonRecord[];
    }
  | { readonly exec: string; readonly reasons: readonly ReasonRecord[] };
