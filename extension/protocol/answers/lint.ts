import * as v from 'valibot';
import { confidence, credentials, failure, needs, reason, severity, step } from './parts.ts';

/** As editors count: from zero, characters in UTF-16 code units. */
const place = v.strictObject({ line: v.number(), character: v.number() });
export const range = v.strictObject({ start: place, end: place });

export const unitFix = v.strictObject({
  title: v.string(),
  /** What it costs, and after ` · ` what it brings. */
  remark: v.nullable(v.string()),
  applicability: v.picklist(['safe', 'review']),
  /** Whether it may be made for whoever asks for a repair and not for which. */
  preferred: v.boolean(),
  needs,
  edits: v.array(v.strictObject({ file: v.string(), range, replacement: v.string() })),
  /** Files that are not there yet; `mode` is a number, 0o644 or the like. */
  creates: v.array(v.strictObject({ path: v.string(), mode: v.number(), text: v.string() })),
  steps: v.array(step),
  inverse: v.array(step),
});

const finding = {
  rule: v.string(),
  severity,
  confidence,
  file: v.string(),
  range,
  message: v.string(),
  related: v.array(v.strictObject({ file: v.string(), text: v.string(), range })),
  reasons: v.array(reason),
  fixes: v.array(unitFix),
} as const;

const findings = v.array(v.strictObject(finding));
/** Findings that a comment ignores, with its reason. */
const ignored = v.array(
  v.strictObject({ ...finding, ignored: v.strictObject({ reason: v.string(), range }) }),
);

export const command = v.strictObject({
  /** Such as `ExecStartPre`. */
  directive: v.string(),
  command: v.string(),
  file: v.string(),
  range,
  /** `ok`, `skipped`, `unknown`, `bad-setting`, `error`, or as systemd names its exit status: `218/CAPABILITIES`. */
  start: v.string(),
  /** What the program would run with; null where it does not run, or that cannot be told. */
  credentials: v.nullable(credentials),
  /** By operation `allowed`, `unknown` or the name of the errno; null where the program does not run. */
  verdicts: v.nullable(v.record(v.string(), v.string())),
  assumptions: v.array(v.string()),
  unseen: v.array(v.string()),
  reasons: v.array(reason),
});

/** Drop-ins that the manager reads, and whoever looked could not. */
const unread = v.array(v.strictObject({ path: v.string(), why: v.string() }));
const empty = v.array(v.never());
const ofNoFile = { dropIns: empty, unread: empty, findings: empty, ignored: empty, outcome: empty };
const ofFile = {
  /** As the user named it. */
  asked: v.string(),
  name: v.string(),
  path: v.string(),
  dropIns: v.array(v.string()),
  unread,
  findings,
  ignored,
} as const;

const unit = v.strictObject({
  ...ofFile,
  manager: v.picklist(['system', 'user']),
  /** `loaded`, or why systemd refuses to load it. */
  loadState: v.string(),
  outcome: v.array(command),
});

/** A file of systemd-networkd. */
const networkdFile = v.strictObject({
  ...ofFile,
  manager: v.literal('networkd'),
  does: v.string(),
  loadState: v.string(),
  /** What a .netdev file makes, its ids those of owner and group. */
  device: v.optional(
    v.nullable(
      v.strictObject({
        name: v.string(),
        kind: v.picklist(['tun', 'tap']),
        owner: v.nullable(v.number()),
        group: v.nullable(v.number()),
        multiQueue: v.boolean(),
        keptOpen: v.boolean(),
      }),
    ),
  ),
  outcome: empty,
});

const masked = v.strictObject({
  asked: v.string(),
  path: v.string(),
  manager: v.picklist(['system', 'user']),
  loadState: v.literal('masked'),
  ...ofNoFile,
});

/** Of a directory that was named: what could not be looked at. */
const notRead = v.strictObject({
  asked: v.string(),
  path: v.string(),
  loadState: v.literal('unread'),
  why: v.string(),
  ...ofNoFile,
});

/** The answer of `capwright lint --json`. */
export const lintReport = v.strictObject({
  schema: v.literal('capwright.lint/1'),
  /** The release by which was read. */
  systemd: v.number(),
  units: v.array(v.union([unit, networkdFile, masked, notRead])),
});

export const lintAnswer = v.union([lintReport, failure]);
