/** What holds of all texts of launch.json, of settings and of cargo's configuration, however broken. */
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { asAmbientBase } from '../../extension/app/debugging/ambientBase.ts';
import { parseSettings, withSetting } from '../../extension/app/launcher/settingsText.ts';
import { launchConfigurationsIn } from '../../extension/app/programs/launchConfigurations.ts';
import { tablesIn } from '../../extension/app/programs/tables.ts';
import { addCargoRunner } from '../../extension/fixes/cargoRunner.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { CAP_NET_ADMIN } from '../../extension/model/capability.ts';

/** A million on demand: CAPWRIGHT_RUNS=1000000 vitest run --project unit test/property/configurationTexts.test.ts */
const numRuns = Number(process.env['CAPWRIGHT_RUNS'] ?? 1000);

/** Between the parts of a JSON text, where comments may stand. */
const gap = fc.constantFrom(
  ...['', '', '', ' ', '\n', '\r\n', '\t', '\n  '],
  ...['/* a " { */', '// b } ]\n', '/**/', '// c\r\n'],
);

const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
      .map((value) => JSON.stringify(value)),
    fc
      .array(fc.tuple(gap, tie('json'), gap), { maxLength: 3 })
      .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
    objectOf(tie('json')),
  ),
}));

function objectOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = fc.oneof(
    fc.constantFrom('name', 'type', 'linux', 'program', 'presentation', 'go.testFlags', 'a'),
    // The parser takes it for the object’s prototype.
    fc.string().filter((text) => text !== '__proto__'),
  );
  return fc
    .tuple(fc.array(fc.tuple(gap, key, gap, gap, value, gap), { maxLength: 4 }), gap)
    .map(([entries, last]) => {
      const properties = entries.map(
        ([before, name, afterName, beforeValue, written, after]) =>
          `${before}${JSON.stringify(name)}${afterName}:${beforeValue}${written}${after}`,
      );
      return `{${properties.join(',')}${last}}`;
    });
}

const launchFile = fc
  .tuple(gap, fc.array(fc.oneof(objectOf(json), json), { maxLength: 3 }), gap)
  .map(
    ([before, configurations, after]) =>
      `${before}{"version": "0.2.0",${after}"configurations": [${configurations.join(',')}]}${after}`,
  );

/** A text with something cut out of it, or put into it. */
function broken(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.nat(), fc.nat({ max: 4 }), fc.string({ maxLength: 3, unit: 'binary' }))
    .map(([whole, at, length, other]) => {
      const start = at % (whole.length + 1);
      return whole.slice(0, start) + other + whole.slice(start + length);
    });
}

const anything = fc.string({ unit: 'binary' });
const cargoLine = fc.constantFrom(
  ...['[build]', 'target-dir = "x"', "[target.'cfg(unix)']", 'runner = "sudo"', 'target.x = 1'],
  ...['# runner', '"""', '[env]', 'A = "b\\n"', '[', ']', '=', '[[bin]]', 'name = "a', ''],
);
const cargoTexts = fc.oneof(
  fc.array(cargoLine).map((lines) => lines.join('\n')),
  broken(fc.array(cargoLine).map((lines) => lines.join('\r\n'))),
  anything,
);
const runner = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 });

describe('all texts', () => {
  it('of launch.json are read, and every place is that of what is read there', () => {
    const texts = fc.oneof(launchFile, broken(launchFile), anything);
    fc.assert(
      fc.property(texts, (text) => {
        for (const { keys, place, placeOf } of launchConfigurationsIn(text)) {
          expect(place.offset + place.length).toBeLessThanOrEqual(text.length);
          for (const key of Object.keys(keys)) {
            const value = placeOf(key);
            if (value === null) continue;
            expect(value.offset).toBeGreaterThan(place.offset);
            expect(value.offset + value.length).toBeLessThan(place.offset + place.length + 1);
          }
          expect(() => asAmbientBase(text, place, setOf(CAP_NET_ADMIN))).not.toThrow();
        }
      }),
      { numRuns },
    );
  });

  it('of launch.json that are whole still are with a configuration rewritten, which is kept in it', () => {
    fc.assert(
      fc.property(launchFile, (text) => {
        const before = parsed(text);
        for (const { place } of launchConfigurationsIn(text)) {
          const own = text.slice(place.offset, place.offset + place.length);
          const base = asAmbientBase(text, place, setOf(CAP_NET_ADMIN));
          const after = parsed(
            text.slice(0, place.offset) + base + text.slice(place.offset + place.length),
          );
          expect(before).not.toBeNull();
          expect(after).not.toBeNull();
          expect(parsed(own)).toMatchObject(v.parse(withBase, parsed(base)).base);
        }
      }),
      { numRuns },
    );
  });

  it('of settings take one more, and keep all else to the byte', () => {
    const texts = fc.oneof(objectOf(json), broken(objectOf(json)), anything);
    const settingValue = fc.oneof(
      fc.array(fc.string()),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
    );
    const setting = fc.constantFrom('go.testFlags', 'cmake.configureSettings', 'a');
    fc.assert(
      fc.property(texts, setting, settingValue, (text, name, value) => {
        const before = parseSettings(text);
        if (before === null) return;
        const edit = withSetting(text, { kind: 'edit', setting: name, value });
        if (edit.kind !== 'edit') throw new Error('it was refused');
        expect(parseSettings(edit.text)).toEqual({ ...before, [name]: value });
        const kept = text.trim() === '' ? '{}\n' : text;
        const [start, end] = [commonStart(kept, edit.text), commonEnd(kept, edit.text)];
        // What is between is the old value alone, and nothing where there was none.
        if (!Object.hasOwn(before, name)) expect(start + end).toBeGreaterThanOrEqual(kept.length);
      }),
      { numRuns },
    );
  });

  it('of cargo are read, and get a table after all that is there or none', () => {
    fc.assert(
      fc.property(cargoTexts, runner, (text, words) => {
        expect(Array.isArray(tablesIn(text))).toBe(true);
        const edit = addCargoRunner(text, words);
        if (edit.kind === 'refused') return;
        expect(edit.added).toMatch(
          /^\n{0,2}\[target\.'cfg\(target_os = "linux"\)'\]\nrunner = \[[^\n]*\]\n$/u,
        );
        expect(addCargoRunner(text + edit.added, words).kind).toBe('refused');
      }),
      { numRuns },
    );
  });
});

const withBase = v.object({ base: v.looseObject({}) });

function parsed(text: string): unknown {
  const errors: never[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? value : null;
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function commonEnd(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.at(-1 - at) === other.at(-1 - at)) at += 1;
  return at;
}
