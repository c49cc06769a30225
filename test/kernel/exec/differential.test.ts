import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { predict } from '../../../extension/app/predict.ts';
import type { ExecReason } from '../../../extension/model/reason.ts';
import { build } from './build.ts';
import { describeDisagreement, findDisagreement } from './differential.ts';

// main.ts does any number with any seed.
const cases = process.env['CI'] === 'true' ? 20_000 : 5000;

/** Milliseconds after which it is not slow, but stuck. */
const hang = 900_000;

/** Cases that met the rule, for every rule that the runner can bring about. */
const met: Record<Exclude<ExecReason['rule'], 'format-refused'>, number> = {
  'file-grants': 0,
  'file-without-capabilities': 0,
  'file-capabilities-empty': 0,
  'file-capabilities-malformed': 0,
  'file-capabilities-of-other-namespace': 0,
  'interpreter-decides': 0,
  'interpreter-registered': 0,
  'interpreter-takes-no-file': 0,
  'mount-ignores-privilege': 0,
  'beyond-bounding-set': 0,
  'inheritable-met': 0,
  'inheritable-unmet': 0,
  'effective-flag-missing': 0,
  'root-gains-all': 0,
  'root-limited-to-file-capabilities': 0,
  'set-user-id': 0,
  'set-group-id': 0,
  'set-id-ignored': 0,
  downgraded: 0,
  'held-before': 0,
  'tracer-privileged': 0,
  'ambient-kept': 0,
  'ambient-cleared': 0,
  'ambient-empty': 0,
  'permitted-not-passed-on': 0,
  'not-executable': 0,
  'noexec-mount': 0,
  'too-many-interpreters': 0,
};

it(
  `the model agrees with this kernel in ${cases} random scenarios`,
  async () => {
    const seed = randomInt(2 ** 30);
    console.log(`seed ${seed}`);
    const disagreement = await findDisagreement({
      cases,
      seed,
      workers: availableParallelism(),
      build: await build(),
      predict,
      onJudged: ({ model }) => {
        for (const { rule } of model.reasons) if (isMet(rule)) met[rule] += 1;
      },
    });
    if (disagreement !== null) expect.fail(describeDisagreement(disagreement));

    // Agreement about a rule that no scenario met would mean nothing.
    expect(Object.entries(met).filter(([, count]) => count === 0)).toEqual([]);
  },
  hang,
);

function isMet(rule: string): rule is keyof typeof met {
  return Object.hasOwn(met, rule);
}
