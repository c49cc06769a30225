import { refused, type RunnerEdit, type SettingValue } from './runnerEdit.ts';

/**
 * Makes the Go extension run tests through a runner: `-exec` of `go test`, in `go.testFlags`. That
 * setting takes the place of `go.buildFlags`, which therefore go with it.
 * @param runner words without blanks and quotes: `go help test` splits the value of -exec at blanks
 */
export function addGoRunner(
  settings: Readonly<Record<string, unknown>>,
  runner: readonly string[],
): RunnerEdit<SettingValue> {
  const setting = 'go.testFlags';
  const source = (settings[setting] ?? null) === null ? 'go.buildFlags' : setting;
  const flags = settings[source] ?? [];
  if (!isWords(flags)) return refused(`its ${source} is not a list of words`);
  if (flags.some((flag) => /^--?exec(=|$)/.test(flag))) return refused('its tests have an -exec');
  return { kind: 'edit', setting, value: [...flags, '-exec', runner.join(' ')] };
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
