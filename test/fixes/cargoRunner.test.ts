import { expect, test } from 'vitest';
import { addCargoRunner } from '../../extension/fixes/cargoRunner.ts';

const runner = ['/usr/local/lib/capwright/1000/capwright-launch', '--caps', 'net_admin', '--'];
const added = `[target.'cfg(target_os = "linux")']
runner = ["/usr/local/lib/capwright/1000/capwright-launch", "--caps", "net_admin", "--"]
`;

test.each([
  ['an empty file', '', added],
  ['a table', '[build]\njobs = 2\n', `\n${added}`],
  ['a last line without an end', '[build]\njobs = 2', `\n\n${added}`],
  ['a comment that names a runner', '# runner = "x"\n', `\n${added}`],
  ['tables of other targets', '[target.x86_64-unknown-linux-gnu]\nlinker = "ld"\n', `\n${added}`],
])('%s', (_, text, expected) => {
  expect(addCargoRunner(text, runner)).toEqual({ kind: 'edit', added: expected });
});

test.each([
  ['a runner', '[target.x86_64-unknown-linux-gnu]\nrunner = "sudo -E"\n'],
  ['a runner in a dotted key', 'target.x86_64-unknown-linux-gnu.runner = "x"\n'],
  ['a quoted runner', '[target.x86_64-unknown-linux-gnu]\n"runner" = "x"\n'],
  ['the table itself', `[target.'cfg(target_os = "linux")']\nlinker = "x"\n`],
  ['the table in other quotes', '[ "target" . "cfg(target_os = \\"linux\\")" ]\n'],
  ['an inline table', 'target = { x86_64-unknown-linux-gnu = { linker = "x" } }\n'],
  ['a text that goes on', '[env]\nA = """\n'],
])('%s is refused', (_, text) => {
  expect(addCargoRunner(text, runner).kind).toBe('refused');
});

test('hostile words are words', () => {
  expect(addCargoRunner('', ['a "b"', '\\', '\n', '\u007f'])).toEqual({
    kind: 'edit',
    added: `[target.'cfg(target_os = "linux")']\nrunner = ["a \\"b\\"", "\\\\", "\\n", "\\u007f"]\n`,
  });
});
