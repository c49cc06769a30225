import { refused, type RunnerEdit, type SettingValue } from './runnerEdit.ts';

/**
 * Makes cargo build into another directory, by `build.target-dir` of `.cargo/config.toml` (cargo's
 * reference, "Configuration"). A table that is there gets one line more; whatever might say the same in
 * another way is refused, since TOML forbids to say it twice.
 */
export function addCargoTargetDirectory(
  text: string,
  directory: string,
): RunnerEdit<{ readonly text: string; readonly added: string }> {
  const refusal = refusals.find(({ found }) => found.test(text));
  if (refusal !== undefined) return refused(refusal.reason);
  // A basic string of TOML escapes as JSON does, and takes no bare DEL.
  const value = JSON.stringify(directory).replaceAll('\u007f', '\\u007f');
  const line = `target-dir = ${value}\n`;
  const table = /^[ \t]*\[build\][ \t]*(?:#.*)?\n/m.exec(text);
  if (table !== null) {
    const end = table.index + table[0].length;
    return { kind: 'edit', text: `${text.slice(0, end)}${line}${text.slice(end)}`, added: line };
  }
  const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  const added = `${gap}[build]\n${line}`;
  return { kind: 'edit', text: `${text}${added}`, added };
}

const refusals: readonly { readonly found: RegExp; readonly reason: string }[] = [
  { found: /"""|'''/, reason: 'it has a text of several lines, which might not have ended' },
  { found: /^[^#\n]*\btarget-dir\b/m, reason: 'it names a target directory already' },
  {
    found: /^\s*["']?build["']?\s*[.=]|^\s*\[\s*["']build["']\s*\]|^\s*\[\[/m,
    reason: 'it says something about builds without a plain [build] table',
  },
];

/** Makes CMake Tools configure into another directory. */
export function addCmakeBuildDirectory(
  settings: Readonly<Record<string, unknown>>,
  directory: string,
): RunnerEdit<SettingValue> {
  const setting = 'cmake.buildDirectory';
  if (settings[setting] === undefined) return { kind: 'edit', setting, value: directory };
  return refused(`it sets ${setting} already`);
}
