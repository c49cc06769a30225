import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { runPredict } from '../../extension/cli/predictCommand.ts';
import { exampleScenario } from './exampleScenario.ts';

async function predict(
  ...lines: readonly string[]
): Promise<{ status: number; answers: unknown[] }> {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines.join('\n'));
  const [status, answer] = await Promise.all([
    runPredict(input, output).then((code) => {
      output.end();
      return code;
    }),
    text(output),
  ]);
  const answers = answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { status, answers };
}

it('answers the scenario of the contract in the form of the contract', async () => {
  const { status, answers } = await predict(JSON.stringify(exampleScenario));
  expect(status).toBe(0);
  expect(answers).toMatchObject([
    {
      exec: 'ok',
      uid: [1000, 1000, 1000],
      gid: [1000, 1000, 1000],
      permitted: '0x1000',
      effective: '0x1000',
      inheritable: '0x0',
      bounding: '0x1ffffffffff',
      ambient: '0x0',
      noNewPrivs: false,
      securebits: 0,
      secureExec: true,
      dumpable: false,
    },
  ]);
  expect(answers).toHaveProperty('[0].reasons[0].rule', 'file-grants');
});

it('answers an exec that fails with the errno’s name', async () => {
  const caller = { ...exampleScenario.caller, bounding: '0x0' };
  const { answers } = await predict(JSON.stringify({ ...exampleScenario, caller }));
  expect(answers).toMatchObject([{ exec: 'EPERM' }]);
});

it('answers every malformed line with an error that names the place, in order, and goes on', async () => {
  const whole = JSON.stringify(exampleScenario);
  const { status, answers } = await predict(
    'nonsense',
    '{}',
    JSON.stringify({
      ...exampleScenario,
      program: { ...exampleScenario.program, capability: '0x123' },
    }),
    JSON.stringify({ ...exampleScenario, caller: { ...exampleScenario.caller, uid: [1, 2] } }),
    JSON.stringify({ ...exampleScenario, caller: { ...exampleScenario.caller, bounding: 'all' } }),
    '',
    whole,
  );
  expect(status).toBe(2);
  expect(answers).toMatchObject([
    { error: expect.stringContaining('not JSON') as string },
    { error: expect.stringContaining('kernel') as string },
    { error: expect.stringContaining('program.capability') as string },
    { error: expect.stringContaining('caller.uid') as string },
    { error: expect.stringContaining('caller.bounding') as string },
    { exec: 'ok' },
  ]);
});

it('names the level that the caller’s user namespace does not have', async () => {
  const mount = { ...exampleScenario.program.mount, superblock: 1 };
  const tracer = { request: 'attach', tracer: { uid: 0, effective: '0x0', level: 2 } };
  const { status, answers } = await predict(
    JSON.stringify({ ...exampleScenario, program: { ...exampleScenario.program, mount } }),
    JSON.stringify({ ...exampleScenario, caller: { ...exampleScenario.caller, tracer } }),
  );
  expect(status).toBe(2);
  expect(answers).toMatchObject([
    { error: 'program.mount.superblock: 1 is below the caller, whose level is 0' },
    { error: 'caller.tracer: 2 is below the caller, whose level is 0' },
  ]);
});

it('gathers no line without end, and goes on after it', async () => {
  const { status, answers } = await predict(
    JSON.stringify(exampleScenario),
    'x'.repeat(1_000_001),
    JSON.stringify(exampleScenario),
  );
  expect(status).toBe(2);
  expect(answers).toMatchObject([
    { exec: 'ok' },
    { error: 'longer than 1000000 characters' },
    { exec: 'ok' },
  ]);
});
