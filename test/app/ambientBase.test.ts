/** What a launch configuration becomes, and that nothing of what was written is lost. */
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { asAmbientBase } from '../../extension/app/debugging/ambientBase.ts';
import { launchConfigurationsIn } from '../../extension/app/programs/launchConfigurations.ts';
import { CAP_NET_ADMIN, CAP_NET_RAW } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';

const admin = setOf(CAP_NET_ADMIN);

function rewritten(text: string, index = 0, capabilities = admin): string {
  const written = launchConfigurationsIn(text)[index];
  if (written === undefined) throw new RangeError(`no configuration ${String(index)}`);
  const { offset, length } = written.place;
  const replacement = asAmbientBase(text, written.place, capabilities);
  return text.slice(0, offset) + replacement + text.slice(offset + length);
}

test('goes a level further in, with its comments, and keeps its name and its place in the list', () => {
  const text = `{
  // of the team
  "configurations": [
    {
      "name": "tunnel", // ours
      /* by the
         C extension */
      "type": "cppdbg",
      "request": "launch",
      "presentation": { "hidden": false },
      "program": "\${workspaceFolder}/tunnel", // built by make
    },
    { "name": "other", "type": "go" }
  ]
}
`;
  expect(rewritten(text)).toBe(`{
  // of the team
  "configurations": [
    {
      "name": "tunnel",
      "type": "capwright",
      "request": "launch",
      "capabilities": ["cap_net_admin"],
      "presentation": { "hidden": false },
      "base": {
        "name": "tunnel", // ours
        /* by the
           C extension */
        "type": "cppdbg",
        "request": "launch",
        "presentation": { "hidden": false },
        "program": "\${workspaceFolder}/tunnel", // built by make
      }
    },
    { "name": "other", "type": "go" }
  ]
}
`);
});

test('its name goes with it no further where nothing else is on the line', () => {
  const text =
    '{"configurations": [\n\t{\n\t\t"type": "gdb",\n\t\t"name": "a",\n\t\t"program": "b"\n\t}\n]}';
  expect(rewritten(text, 0, admin | setOf(CAP_NET_RAW))).toBe(
    '{"configurations": [\n\t{\n\t\t"name": "a",\n\t\t"type": "capwright",\n\t\t"request": "launch",\n' +
      '\t\t"capabilities": ["cap_net_admin", "cap_net_raw"],\n' +
      '\t\t"base": {\n\t\t\t"type": "gdb",\n\t\t\t"program": "b"\n\t\t}\n\t}\n]}',
  );
});

test('one line stays one line', () => {
  const text = '{"configurations": [{"name": "a", "type": "go"}]}';
  expect(rewritten(text)).toBe(
    '{"configurations": [{ "name": "a", "type": "capwright", "request": "launch", ' +
      '"capabilities": ["cap_net_admin"], "base": {"name": "a", "type": "go"} }]}',
  );
});

const word = fc.stringMatching(/^[a-z ${}":/\\]{0,12}$/);
const blank = fc.constantFrom(
  '',
  ' ',
  '\t',
  '\n',
  '\r\n    ',
  ' // a, "b": {}\n',
  '/* } */',
  '\n/* two\nlines */\n',
);
const value = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'null', '1', '[]', '[ "-v", /* all */ "x" ]', '{\n "K": "v" // w\n}'),
);
const pair = fc
  .tuple(
    blank,
    fc.constantFrom('name', 'program', 'args', 'env', 'type', 'linux'),
    blank,
    value,
    blank,
  )
  .map(([before, key, between, what, after]) => ({
    key,
    text: `${before}"${key}":${between}${key === 'linux' ? '{}' : what}${after}`,
  }));
const configuration = fc
  .tuple(fc.uniqueArray(pair, { selector: ({ key }) => key }), blank, fc.boolean())
  .map(([pairs, end, comma]) => {
    const trailing = comma && pairs.length > 0 ? ',' : '';
    return `{${pairs.map(({ text }) => text).join(',')}${trailing}${end}}`;
  });
const file = fc
  .tuple(fc.array(configuration, { minLength: 1, maxLength: 3 }), blank, blank)
  .map(
    ([list, before, after]) => `${before}{"configurations":[${list.join(`,${after}`)}]}${after}`,
  );

test('whatever is written becomes the base of its configuration, comments and all, and nothing else changes', () => {
  fc.assert(
    fc.property(file, fc.nat(), (text, which) => {
      const before = launchConfigurationsIn(text);
      const index = which % before.length;
      const after = rewritten(text, index);
      const errors: unknown[] = [];
      const whole = parse(after, errors as never[], { allowTrailingComma: true }) as {
        readonly configurations: readonly Record<string, unknown>[];
      };
      expect(errors).toEqual([]);
      const { name, ...own }: Record<string, unknown> = { ...before[index]?.keys };
      const { base, ...outer } = whole.configurations[index] ?? {};
      expect({ name, ...(base as object) }).toEqual({ name, ...own });
      expect(outer).toEqual({
        ...(name === undefined ? {} : { name }),
        ...{ type: 'capwright', request: 'launch', capabilities: ['cap_net_admin'] },
      });
      expect(whole.configurations.filter((_, at) => at !== index)).toEqual(
        (parse(text, [], { allowTrailingComma: true }) as typeof whole).configurations.filter(
          (_, at) => at !== index,
        ),
      );
      for (const [comment] of text.matchAll(/ \/\/ a, "b": \{\}|\/\* \} \*\/|\/\* two/g)) {
        expect(count(after, comment)).toBeGreaterThanOrEqual(count(text, comment));
      }
    }),
    { numRuns: Number(process.env['CAPWRIGHT_RUNS'] ?? 2_000) },
  );
});

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
