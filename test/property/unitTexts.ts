import fc from 'fast-check';
import { systemdRules } from '../../extension/model/unit/systemdRules.ts';
import { readUnit, type UnitReading } from '../../extension/model/unit/unit.ts';
import type { UnitName } from '../../extension/model/unit/unitName.ts';
import { values } from '../systemd/reading/unitSet.ts';

const name: UnitName = { prefix: 'a', instance: null, type: 'service' };

const assignments = fc
  .constantFrom(...Object.entries(values))
  .chain(([key, value]) => value.map((text) => `${key}=${text}`));

const fragments = fc.constantFrom(
  ...['\n', '\n', '\r', '\r\n', '\0', '\\', '\\\n', ' ', '\t', '=', '#', ';', '"', "'", '%', '~'],
  ...[
    '[Service]',
    '[Unit]',
    '[',
    ']',
    '\ufeff',
    '\udcff',
    '\ud83d\ude00',
    '\ufdd0',
    '\f',
    '\u00a0',
  ],
);

/** Anything: words of unit files, characters that mean something to them, and others. */
export const unitTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      assignments.map((line) => `${line}\n`),
      fragments,
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/**
 * The same without byte order marks. The first of a file counts wherever it is: without its line, another would be
 * the first.
 */
export const unmarkedTexts = unitTexts.map((text) => text.replaceAll('\ufeff', ''));

/** A unit’s own text and those of its drop-ins, read by the system manager. */
export function readText([text = '', ...dropIns]: readonly string[], version = 257): UnitReading {
  return readUnit(
    {
      ...{ kind: 'found', asked: name, names: [name] },
      fragment: { path: '/etc/systemd/system/a.service', text },
      dropIns: dropIns.map((each, index) => ({
        path: `/etc/systemd/system/a.service.d/${index}.conf`,
        text: each,
      })),
    },
    { scope: 'system' },
    systemdRules(version),
  );
}

/** The values alone, without the places that they come from. */
export function settingsOf({ settings }: UnitReading): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, { value }]) => [key, withoutPieces(value)]),
  );
}

function withoutPieces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPieces);
  if (typeof value !== 'object' || value === null || !('piece' in value)) return value;
  return { ...value, piece: null };
}
