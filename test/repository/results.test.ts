import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readVitest } from '../../.build/results.mjs';
import { Tree } from './tree.ts';

const header = `import { expect, test, beforeAll } from 'vitest';\n`;

const tree = new Tree(['vitest.config.ts'], {
  'test/model/good.test.ts': `${header}test('good', () => expect(1).toBe(1));\n`,
  'test/model/bad.test.ts': `${header}test('bad', () => expect(1).toBe(2));\n`,
  'test/model/left.test.ts': `${header}test.skip('left out', () => expect(1).toBe(1));\n`,
  'test/model/silent.test.ts': `${header}test('expects nothing', () => {});\n`,
  'test/rules/only.test.ts': `${header}test.only('hides others', () => expect(1).toBe(1));\n`,
  'test/rules/unloadable.test.ts': `import './nowhere.ts';\n`,
  'test/rules/hook.test.ts': `${header}beforeAll(() => { throw new Error('hook'); });\ntest('never', () => expect(1).toBe(1));\n`,
});
afterAll(() => tree.dispose());

const results = join(tree.path, 'results.json');

function vitest(...filters: readonly string[]): ReturnType<typeof readVitest> {
  const { status } = tree.run(
    ...([
      'vitest',
      'run',
      '--project',
      'unit',
      '--reporter=json',
      `--outputFile=${results}`,
    ] as const),
    ...filters,
  );
  return readVitest(status ?? NaN, results);
}

test('passed, failed and skipped tests are counted and named, and a failure says why and where', () => {
  expect(vitest('good', 'bad', 'left')).toEqual({
    ...{ passed: 1, failed: 1, skipped: 1 },
    ...{
      failures: [expect.stringMatching(/^bad: AssertionError: .*\n +at .*bad\.test\.ts/)],
      skips: ['left out'],
    },
  });
});

test.each([
  ['a test that expects nothing', 'silent'],
  ['a test that hides the others', 'only'],
  ['a file that cannot be loaded', 'unloadable'],
  ['a hook that throws', 'hook'],
])('%s is a failure', (_, filter) => {
  const { passed, failed } = vitest(filter);
  expect({ passed, failed }).toEqual({ passed: 0, failed: 1 });
});

test('a group without a test is a failure', () => {
  expect(vitest('there-is-none')).toMatchObject({ passed: 0, failed: 1 });
});

test('a runner that leaves no report is a failure', () => {
  const { failures } = readVitest(0, join(tree.path, 'no-report.json'));
  expect(failures).toEqual(['no test ran (exit status 0)']);
});
