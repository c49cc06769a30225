import { refused, type RunnerEdit, type SettingValue } from './runnerEdit.ts';

/**
 * Makes ctest start the targets of a project through a runner, by a variable that CMake Tools passes
 * on when it configures. Since 3.29 that is CMAKE_TEST_LAUNCHER; CMAKE_CROSSCOMPILING_EMULATOR does
 * the same before (cmake-policies(7), CMP0158), and both together would start it twice.
 * @param version of cmake(1): major and minor
 */
export function addCmakeRunner(
  settings: Readonly<Record<string, unknown>>,
  runner: readonly string[],
  [major, minor]: readonly [number, number],
): RunnerEdit<SettingValue> {
  const setting = 'cmake.configureSettings';
  const variables = settings[setting] ?? {};
  if (!isObject(variables)) return refused(`its ${setting} is not an object`);
  const taken = [testLauncher, emulator].find((name) => name in variables);
  if (taken !== undefined) return refused(`it sets ${taken} already`);
  const variable = major > 3 || (major === 3 && minor >= 29) ? testLauncher : emulator;
  // CMake Tools makes a list of CMake of an array, and escapes the semicolons of a string.
  return { kind: 'edit', setting, value: { ...variables, [variable]: runner } };
}

const testLauncher = 'CMAKE_TEST_LAUNCHER';
const emulator = 'CMAKE_CROSSCOMPILING_EMULATOR';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
