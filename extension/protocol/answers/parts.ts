/** What the answers of several commands have in common. */
import * as v from 'valibot';

/** -1 for one that has no number where the question was asked: the user namespace there does not map it. */
const id = v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(0xffffffff));
/** Real, effective, saved. */
const ids = v.strictTuple([id, id, id]);
/** A capability set in hexadecimal, bit N for the capability with the number N. */
const capabilitySet = v.pipe(v.string(), v.regex(/^0x[0-9a-f]{1,16}$/));

/** Ids are those of the initial user namespace, as far as the one who asked can tell them. */
export const credentials = v.strictObject({
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
  /** As the kernel names it: `user:[4026531837]`. */
  userNamespace: v.string(),
});

/** A step of the model: which kind, the source that implements it, in words, and what it looked at. */
export const reason = v.looseObject({ rule: v.string(), source: v.string(), text: v.string() });

const reasons = v.array(reason);
/** What could not be seen, a sentence each. */
const unseen = v.array(v.string());

export const verdict = v.variant('verdict', [
  v.strictObject({
    operation: v.string(),
    verdict: v.literal('allowed'),
    unseen: v.optional(unseen),
    reasons,
  }),
  v.strictObject({ operation: v.string(), verdict: v.literal('unknown'), unseen, reasons }),
  v.strictObject({
    operation: v.string(),
    verdict: v.literal('denied'),
    /** Such as `ioctl(TUNSETIFF)`. */
    call: v.string(),
    /** By its name in errno(3). */
    errno: v.string(),
    gate: v.string(),
    reasons,
  }),
]);

/** Of each operation that was asked for, in that order. */
export const verdicts = v.array(verdict);

export const severity = v.picklist(['error', 'warning', 'information']);
export const confidence = v.picklist(['proven', 'likely']);

/** To be run as an argument vector, read by the user, or put into a source of theirs. */
export const step = v.variant('kind', [
  v.strictObject({ kind: v.literal('command'), argv: v.pipe(v.array(v.string()), v.minLength(1)) }),
  v.strictObject({ kind: v.literal('advice'), text: v.string() }),
  v.strictObject({ kind: v.literal('code'), language: v.string(), text: v.string() }),
]);

export const needs = v.picklist(['nothing', 'root', 'restart']);

/** Which process was looked at. */
export const vantage = {
  process: v.string(),
  /** In the PID namespace of the one who asked. */
  pid: v.nullable(v.number()),
  name: v.string(),
} as const;

/** In the place of an answer, where there is none: whose it is to mend, and how. */
export const failure = v.strictObject({
  error: v.strictObject({
    blame: v.picklist(['user', 'environment', 'ours']),
    message: v.string(),
    remedy: v.string(),
  }),
});
