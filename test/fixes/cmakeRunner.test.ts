import { expect, test } from 'vitest';
import { addCmakeRunner } from '../../extension/fixes/cmakeRunner.ts';

const runner = ['/usr/local/lib/capwright/1000/capwright-launch', '--caps', 'net_admin', '--'];
const setting = 'cmake.configureSettings';

test.each([
  [[3, 25] as const, 'CMAKE_CROSSCOMPILING_EMULATOR'],
  [[3, 28] as const, 'CMAKE_CROSSCOMPILING_EMULATOR'],
  [[3, 29] as const, 'CMAKE_TEST_LAUNCHER'],
  [[4, 0] as const, 'CMAKE_TEST_LAUNCHER'],
])('cmake %j has %s', (version, variable) => {
  expect(addCmakeRunner({ [setting]: { A: true } }, runner, version)).toEqual({
    kind: 'edit',
    setting,
    value: { A: true, [variable]: runner },
  });
});

test.each([
  ['a launcher', { [setting]: { CMAKE_TEST_LAUNCHER: 'sudo' } }],
  ['an emulator', { [setting]: { CMAKE_CROSSCOMPILING_EMULATOR: 'qemu' } }],
  ['what is no object', { [setting]: ['-DA=B'] }],
])('%s is refused', (_, settings) => {
  expect(addCmakeRunner(settings, runner, [3, 25]).kind).toBe('refused');
});
