import { expect, test } from 'vitest';
import { addGoRunner } from '../../extension/fixes/goRunner.ts';

const runner = ['/usr/local/lib/capwright/1000/capwright-launch', '--caps', 'net_admin', '--'];
const exec = ['-exec', '/usr/local/lib/capwright/1000/capwright-launch --caps net_admin --'];

test.each([
  ['nothing', {}, exec],
  ['null, as in the defaults of the extension', { 'go.testFlags': null }, exec],
  ['flags of its own', { 'go.testFlags': ['-race'] }, ['-race', ...exec]],
  ['build flags, in whose place they come', { 'go.buildFlags': ['-tags=x'] }, ['-tags=x', ...exec]],
])('%s', (_, settings, value) => {
  expect(addGoRunner(settings, runner)).toEqual({ kind: 'edit', setting: 'go.testFlags', value });
});

test.each([
  ['a runner', { 'go.testFlags': ['-exec', 'sudo'] }],
  ['a runner in one word', { 'go.testFlags': ['--exec=sudo'] }],
  ['what is no list', { 'go.testFlags': '-race' }],
  ['a list of something else', { 'go.testFlags': [1] }],
])('%s is refused', (_, settings) => {
  expect(addGoRunner(settings, runner).kind).toBe('refused');
});

test.each(['go.testFlags', 'go.buildFlags'])(
  'the refusal names %s, which is to blame',
  (setting) => {
    expect(addGoRunner({ [setting]: '-race' }, runner)).toEqual({
      kind: 'refused',
      reason: `its ${setting} is not a list of words`,
    });
  },
);
