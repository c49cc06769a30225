import { refused, type RunnerEdit } from './runnerEdit.ts';

/** The table of cargo's configuration for programs that run here; cargo's reference, "Configuration". */
const table = `[target.'cfg(target_os = "linux")']`;

/** `added` is what comes after the text. */
export type CargoEdit = RunnerEdit<{ readonly added: string }>;

/**
 * Makes cargo run and cargo test start every program through a runner, by one more table at the end
 * of `.cargo/config.toml`. All that is there stays as it is, to the byte. Whatever might make the
 * table a second one, or put it inside of something else, is refused: TOML has many ways to say a
 * thing, and none of them is guessed at.
 */
export function addCargoRunner(text: string, runner: readonly string[]): CargoEdit {
  const refusal = refusals.find(({ found }) => found.test(text));
  if (refusal !== undefined) return refused(refusal.reason);
  const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  // A basic string of TOML escapes as JSON does, and takes no bare DEL.
  const words = runner.map((word) => JSON.stringify(word).replaceAll('\u007f', '\\u007f'));
  return { kind: 'edit', added: `${gap}${table}\nrunner = [${words.join(', ')}]\n` };
}

const refusals: readonly { readonly found: RegExp; readonly reason: string }[] = [
  {
    found: /"""|'''/,
    reason: 'it has a text of several lines, which might not have ended',
  },
  {
    // Cargo refuses two runners for one target, wherever they come from.
    found: /^[^#\n]*\brunner\b/m,
    reason: 'it names a runner already',
  },
  {
    found: /^\s*\[\[?\s*["']?target["']?\s*\.\s*["']cfg\(/m,
    reason: 'it has a table for a cfg() of its own',
  },
  {
    found: /^\s*["']?target["']?\s*[.=]/m,
    reason: 'it says something about targets without a table of their own',
  },
];
