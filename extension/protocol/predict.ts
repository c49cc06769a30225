import * as v from 'valibot';

/**
 * The contract of `capwright predict`: one scenario a line in, one answer a line out, in order.
 * All ids are those of the initial user namespace; capability sets are hexadecimal strings.
 */

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const ids = v.tuple([id, id, id]);
const capabilitySet = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]{1,16}$/i, 'is not a set such as 0x1000'),
);
const idMap = v.array(v.tuple([id, id, id]));

const userNamespace = v.object({ uidMap: idMap, gidMap: idMap });

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
  tracer: v.nullable(v.object({ sysPtrace: v.boolean() })),
});

const mount = v.object({ nosuid: v.boolean(), noexec: v.boolean(), foreign: v.boolean() });

export interface PredictProgram {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The raw `security.capability` in hexadecimal, or null where there is none. */
  readonly capability: string | null;
  readonly mount: v.InferOutput<typeof mount>;
  /** The program that a script's `#!` names. */
  readonly interpreter: PredictProgram | null;
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
      readonly reasons: readonly ReasonRecord[];
    }
  | { readonly exec: string; readonly reasons: readonly ReasonRecord[] };
