/** What is published about the answers of the command line, and that answers are so. The kernel's tests ask real ones. */
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { judgeProcess } from '../../extension/model/judge.ts';
import { operations } from '../../extension/model/operations.ts';
import { canAnswer } from '../../extension/protocol/answers/can.ts';
import { checkAnswer, fix } from '../../extension/protocol/answers/check.ts';
import {
  command as unitCommand,
  lintAnswer,
  range,
  unitFix,
} from '../../extension/protocol/answers/lint.ts';
import {
  credentials,
  failure,
  reason,
  step,
  verdict,
} from '../../extension/protocol/answers/parts.ts';
import { traceAnswer } from '../../extension/protocol/answers/trace.ts';
import { whyAnswer } from '../../extension/protocol/answers/why.ts';
import { checkReport } from '../../extension/report/checkReport.ts';
import { canJson, checkJson, whyJson } from '../../extension/report/json.ts';
import { lintJson } from '../../extension/report/lint/lintJson.ts';
import { traceJson } from '../../extension/report/traceJson.ts';
import { exampleSystem } from '../../extension/rules/exampleSystem.ts';
import { rules } from '../../extension/rules/index.ts';
import { findingsOfNetworkd } from '../../extension/rules/networkd/evaluateNetworkd.ts';
import { networkdRules } from '../../extension/rules/networkd/index.ts';
import { findingsOfUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import { unitRules } from '../../extension/rules/unit/index.ts';
import { judgedNetworkd } from '../rules/judgedNetworkd.ts';
import { judgedUnit } from '../rules/judgedUnit.ts';

const answers = {
  can: canAnswer,
  check: checkAnswer,
  lint: lintAnswer,
  trace: traceAnswer,
  why: whyAnswer,
} as const;
type Command = keyof typeof answers;
const commands = ['can', 'check', 'lint', 'trace', 'why'] as const satisfies readonly Command[];

/** What is written once in a published schema. */
const definitions = {
  ...{ can: { credentials, failure, reason, step, verdict } },
  ...{ check: { credentials, failure, fix, reason, step, verdict } },
  ...{ lint: { command: unitCommand, credentials, failure, range, reason, step, unitFix } },
  ...{ trace: { failure, reason, verdict } },
  ...{ why: { credentials, failure, fix, reason, step, verdict } },
};

const ajv = new Ajv2020({ strict: true, strictTuples: false, allErrors: true });
const published = commands.map((each) => {
  const schema = toJsonSchema(answers[each], {
    target: 'draft-2020-12',
    definitions: definitions[each],
  });
  // The types of the two packages do not know each other.
  const read: unknown = JSON.parse(JSON.stringify(schema));
  return { command: each, schema, validate: ajv.compile(v.parse(v.looseObject({}), read)) };
});

/** By both: what is written in TypeScript, and what is published of it. */
function expectValid(command: Command, answer: object): void {
  // As a reader gets it: without what JSON has no word for.
  const read: unknown = JSON.parse(JSON.stringify(answer));
  expect(v.safeParse(answers[command], read).issues).toBeUndefined();
  const validate = validatorOf(command);
  validate(read);
  expect(validate.errors).toBeNull();
}

function validatorOf(command: Command): ValidateFunction {
  const found = published.find((each) => each.command === command);
  if (found === undefined) throw new RangeError(command);
  return found.validate;
}

test.each(published)('the schema of $command is published', async ({ command, schema }) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    `../../extension/protocol/answers/schema/${command}.schema.json`,
  );
});

describe('an answer is as published', () => {
  it.each(
    rules.flatMap((rule) => rule.examples.map((each) => [rule.id, each.title, each] as const)),
  )('check: %s, %s', (_, __, { system, operations: asked }) => {
    expectValid('check', checkJson(checkReport(system, asked)));
  });

  test('can', () => {
    const system = exampleSystem({});
    const verdicts = judgeProcess(system, operations);
    const can = canJson({ launcher: system.launcher, verdicts });
    expectValid('can', can);
    expectValid('why', whyJson({ lines: ['A sentence.'], units: [] }, can));
  });

  test('trace', () => {
    const verdicts = judgeProcess(exampleSystem({}), operations);
    const call = {
      tid: 7,
      errno: 'EPERM',
      wanted: { call: 'ioctl(TUNSETIFF)', operations: ['tun.create'] },
    } as const;
    const denials = [{ denial: { call, verdicts }, count: 2 }];
    expectValid('trace', traceJson(['tunnel'], ['A loss.'], 1, denials));
  });

  it.each(
    unitRules.flatMap((rule) => rule.examples.map((each) => [rule.id, each.title, each] as const)),
  )('lint: %s, %s', (_, __, example) => {
    const judged = judgedUnit(example);
    const { told, ignored } = findingsOfUnit(judged);
    const asked = { kind: 'judged', asked: 'a test', root: '/', unread: [] } as const;
    expectValid('lint', lintJson(257, [{ ...asked, judged, findings: told, ignored }]));
  });

  it.each(
    networkdRules.flatMap((rule) =>
      rule.examples.map((each) => [rule.id, each.title, each] as const),
    ),
  )('lint: %s, %s', (_, __, example) => {
    const judged = judgedNetworkd(example);
    const { told, ignored } = findingsOfNetworkd(judged);
    const asked = { kind: 'networkd', asked: 'a test', root: '/', unread: [] } as const;
    expectValid('lint', lintJson(257, [{ ...asked, judged, findings: told, ignored }]));
  });

  test('lint: of what is masked or could not be read', () => {
    const masked = { kind: 'masked', asked: 'a', scope: 'user', path: '/a.service' } as const;
    const unread = { kind: 'unread', asked: 'a', path: '/a', why: 'EACCES' } as const;
    expectValid('lint', lintJson(257, [masked, unread]));
  });

  test.each(commands)('%s: a failure', (command) => {
    const error = { blame: 'user', message: 'There is no program.', remedy: 'Name one.' };
    expectValid(command, { error });
  });

  test.each(commands)('%s: nothing else', (command) => {
    expect(v.safeParse(answers[command], { schema: `capwright.${command}/2` }).success).toBe(false);
    expect(validatorOf(command)({ schema: 'x' })).toBe(false);
  });
});
