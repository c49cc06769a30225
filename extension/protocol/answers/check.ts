import * as v from 'valibot';
import { launchPath } from '../launchPath.ts';
import {
  confidence,
  credentials,
  failure,
  needs,
  severity,
  step,
  vantage,
  verdicts,
} from './parts.ts';

const launcher = v.strictObject({
  ...vantage,
  /** The snap, container or the like that it runs in; null also where that could not be seen. */
  confinement: v.nullable(v.strictObject({ kind: v.string(), name: v.nullable(v.string()) })),
  confinementUnseen: v.nullable(v.string()),
  securityLabel: v.nullable(v.string()),
  /** SECCOMP_MODE: 0 none, 1 strict, 2 filter. */
  seccomp: v.number(),
});

export const fix = v.strictObject({
  id: v.string(),
  title: v.string(),
  /** What it costs, and after ` · ` what it brings. */
  remark: v.string(),
  applicability: v.picklist(['safe', 'review', 'template']),
  needs,
  steps: v.array(step),
  inverse: v.array(step),
});

const previous = v.union([
  v.strictObject({ unseen: v.string() }),
  v.strictObject({
    capabilities: v.nullable(v.string()),
    inode: v.string(),
    device: v.string(),
    changed: v.string(),
  }),
]);

/** The answer of `capwright check --json`. */
export const checkReport = v.strictObject({
  schema: v.literal('capwright.check/1'),
  /** The release of the running kernel. */
  kernel: v.string(),
  program: v.strictObject({
    name: v.string(),
    path: v.string(),
    mode: v.string(),
    uid: v.number(),
    gid: v.number(),
    /** As cap_to_text(3) words them; null for none, and where they could not be read. */
    capabilities: v.nullable(v.string()),
    capabilitiesUnseen: v.nullable(v.string()),
    capabilitiesStorage: v.picklist(['possible', 'unsupported']),
    /** What it was when it was last seen with capabilities; null for never. */
    previous: v.nullable(previous),
    mount: v.strictObject({
      mountPoint: v.string(),
      fsType: v.string(),
      nosuid: v.boolean(),
      noexec: v.boolean(),
    }),
    assumptions: v.array(v.string()),
  }),
  launcher,
  debugLauncher: launcher,
  securityModules: v.nullable(v.array(v.string())),
  operations: v.array(v.string()),
  paths: v.array(
    v.strictObject({
      path: launchPath,
      /** What the program would hold; null where exec fails or it cannot be told. */
      credentials: v.nullable(credentials),
      /** AT_SECURE. */
      secureExec: v.nullable(v.boolean()),
      verdicts,
    }),
  ),
  findings: v.array(
    v.strictObject({
      rule: v.string(),
      severity,
      confidence,
      subject: v.strictObject({
        path: v.string(),
        launchPaths: v.array(launchPath),
        operations: v.array(v.string()),
      }),
      message: v.string(),
      /** Least privilege first. */
      fixes: v.array(fix),
    }),
  ),
});

export const checkAnswer = v.union([checkReport, failure]);
