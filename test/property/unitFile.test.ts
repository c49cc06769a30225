/** What holds of every text, also of one that is no unit file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicePiece, spanOf, type Piece } from '../../extension/model/unit/piece.ts';
import { valueOf } from '../../extension/model/unit/unit.ts';
import {
  applyEdits,
  insertAfter,
  removeLine,
  replacePiece,
  type UnitEdit,
} from '../../extension/model/unit/unitEdit.ts';
import { parseUnitFile, type Line } from '../../extension/model/unit/unitFile.ts';
import { unitBytes, unitText } from '../../extension/model/unit/utf8.ts';
import { readText, settingsOf, unitTexts, unmarkedTexts } from './unitTexts.ts';

/** A million on demand: CAPWRIGHT_RUNS=1000000 vitest run --project unit test/property/unitFile.test.ts */
const numRuns = Number(process.env['CAPWRIGHT_RUNS'] ?? 3000);
// To stop a hang, whatever the number.
const timeout = 60_000 + numRuns * 10;

describe('every text', () => {
  it('has a tree whose lines make it up', { timeout }, () => {
    always(unitTexts, (text) => {
      const { lines } = parseUnitFile('u', text);
      expect(lines.map(({ span }) => text.slice(span.start, span.end)).join('')).toBe(text);
      let at = 0;
      for (const { span } of lines) {
        expect(span.start).toBe(at);
        expect(span.end).toBeGreaterThan(at);
        at = span.end;
      }
    });
  });

  it('has pieces that lie in their lines, each character where it says', { timeout }, () => {
    always(unitTexts, (text) => {
      for (const line of parseUnitFile('u', text).lines) {
        for (const piece of piecesOf(line)) {
          const { start, end } = spanOf(piece);
          expect(start).toBeGreaterThanOrEqual(line.span.start);
          expect(end).toBeLessThanOrEqual(line.span.end);
          expectPlaced(piece, text);
        }
      }
    });
  });

  it('gives every value that is read its place', { timeout }, () => {
    always(serviceTexts, (text) => {
      for (const [directive, setting] of Object.entries(readText([text]).settings)) {
        const origins = setting.origins;
        expect(origins.length, directive).toBeGreaterThan(0);
        for (const { span, value } of origins) {
          const { start, end } = spanOf(value);
          expect(start).toBeGreaterThanOrEqual(span.start);
          expect(end).toBeLessThanOrEqual(span.end);
          expectPlaced(value, text);
        }
        const lines = origins.map(({ span }) => span);
        for (const piece of piecesIn(setting.value)) {
          const { start, end } = spanOf(piece);
          expect(lines.some((line) => line.start <= start && end <= line.end)).toBe(true);
          expectPlaced(piece, text);
        }
      }
    });
  });

  it('is read without an exception, and every message lies in it', { timeout }, () => {
    always(unitTexts, (text) => {
      for (const version of [252, 257, 262]) {
        for (const { span, loss } of readText([text], version).messages) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(loss).toBeDefined();
        }
      }
    });
  });

  it('is changed by an edit nowhere but in its span', { timeout }, () => {
    always(fc.tuple(unitTexts, fc.nat(), fc.string()), ([text, pick, replacement]) => {
      const { lines } = parseUnitFile('u', text);
      const edits = lines.flatMap((line): readonly UnitEdit[] => [
        removeLine(line),
        insertAfter(line, text, replacement),
        ...piecesOf(line).map((piece) => replacePiece(piece, replacement)),
      ]);
      const edit = edits[pick % Math.max(1, edits.length)];
      if (edit === undefined) return;
      const { start, end } = edit.span;
      expect(applyEdits(text, [edit])).toBe(
        text.slice(0, start) + edit.replacement + text.slice(end),
      );
    });
  });

  it('keeps every other line where one is taken out', { timeout }, () => {
    always(fc.tuple(unmarkedTexts, fc.nat()), ([text, pick]) => {
      const { lines } = parseUnitFile('u', text);
      const line = lines[pick % Math.max(1, lines.length)];
      if (line === undefined) return;
      const after = applyEdits(text, [removeLine(line)]) ?? '';
      expect(saidBy(parseUnitFile('u', after).lines)).toEqual(
        saidBy(lines.filter((each) => each !== line)),
      );
    });
  });

  it('keeps every line where one is put between', { timeout }, () => {
    always(fc.tuple(unmarkedTexts, fc.nat()), ([text, pick]) => {
      const { lines } = parseUnitFile('u', text);
      const index = pick % Math.max(1, lines.length);
      const line = lines[index];
      if (line === undefined) return;
      const after = applyEdits(text, [insertAfter(line, text, 'New=line\n')]) ?? '';
      expect(saidBy(parseUnitFile('u', after).lines)).toEqual([
        ...saidBy(lines.slice(0, index + 1)),
        ['assignment', 'New', 'line'],
        ...saidBy(lines.slice(index + 1)),
      ]);
    });
  });

  it('says all else as before where a key, a value or a name is written anew', { timeout }, () => {
    always(fc.tuple(unmarkedTexts, fc.nat()), ([text, pick]) => {
      const { lines } = parseUnitFile('u', text);
      const places = lines.flatMap((line, index) =>
        line.kind === 'broken' || isFoldedName(line)
          ? []
          : piecesOf(line).map((piece, at) => ({ piece, index, at })),
      );
      const place = places[pick % Math.max(1, places.length)];
      if (place === undefined) return;
      const after = applyEdits(text, [replacePiece(place.piece, 'anew')]) ?? '';
      const before = lines.map((line, index) =>
        index === place.index
          ? [
              line.kind,
              ...piecesOf(line).map((piece, at) => (at === place.at ? 'anew' : piece.text)),
            ]
          : saidBy([line])[0],
      );
      expect(saidBy(parseUnitFile('u', after).lines)).toEqual(
        before.filter((said) => said !== undefined),
      );
    });
  });

  it('is changed by edits in any order alike, unless they overlap', { timeout }, () => {
    always(unitTexts, (text) => {
      const removals = parseUnitFile('u', text).lines.map(removeLine);
      expect(applyEdits(text, removals)).toBe('');
      expect(applyEdits(text, removals.toReversed())).toBe('');
      const whole: UnitEdit = { span: { start: 0, end: text.length }, replacement: '' };
      if (removals.length > 0) expect(applyEdits(text, [whole, ...removals])).toBe(null);
    });
  });
});

it(
  'drop-ins read one after the other give what one file with their lines gives',
  { timeout },
  () => {
    always(fc.tuple(unitTexts, unitTexts, unitTexts), ([one, two, three]) => {
      const whole = (text: string) => `[Service]\n${text}\n\n`;
      const texts = [one, two, three].map(whole);
      // A line that ends a file ends all of it.
      const ends = texts.some((text) =>
        readText(['[Service]\n', text]).messages.some(
          ({ loss }) => loss === 'rest-of-file' || loss === 'unit',
        ),
      );
      // A file whose last line goes on, or whose byte order mark has been seen, is not one to append to.
      if (ends || texts.some((text) => text.includes('\\') || text.includes('\ufeff'))) return;
      const apart = settingsOf(readText(['[Service]\n', ...texts]));
      expect(settingsOf(readText(['[Service]\n', texts.join('')]))).toEqual(apart);
      expect(settingsOf(readText([texts.join('')]))).toEqual(apart);
    });
  },
);

it('an empty assignment takes back a list, whatever was assigned', { timeout }, () => {
  const lists = ['AmbientCapabilities', 'DeviceAllow', 'ExecStart', 'SupplementaryGroups'] as const;
  always(fc.tuple(unitTexts, fc.constantFrom(...lists)), ([text, list]) => {
    const { settings } = readText(['[Service]\n', text, `[Service]\n${list}=\n`]);
    const value = valueOf(settings, list);
    expect(typeof value === 'bigint' ? value : value.length).toEqual(
      list === 'AmbientCapabilities' ? 0n : 0,
    );
    expect(settings[list]?.origins).toHaveLength(1);
  });
});

it('bytes come back as they were', { timeout }, () => {
  always(fc.uint8Array(), (bytes) => {
    expect(unitBytes(unitText(bytes))).toEqual([...bytes]);
  });
  always(fc.string({ unit: 'grapheme' }), (text) => {
    expect(unitText(unitBytes(text))).toBe(text);
  });
});

function always<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, check), { numRuns });
}

/** A section whose header goes on in the next line just before its bracket: systemd knows none such. */
function isFoldedName(line: Line): boolean {
  return line.kind === 'section' && line.name.text.endsWith(' ');
}

/** Lines that are read: of [Service], and one of them is always well. */
const serviceTexts = unitTexts.map((text) => `[Service]\nUser=alice\n${text}`);

/** Each character of a piece lies where the piece says; a backslash at the end of a line reads as a space. */
function expectPlaced(piece: Piece, source: string): void {
  for (let index = 0; index < piece.text.length; index += 1) {
    const { start } = spanOf(slicePiece(piece, index, index + 1));
    const [read, written] = [piece.text.charAt(index), source.charAt(start)];
    if (read !== written) expect([read, written]).toEqual([' ', '\\']);
  }
}

/** What lines say, blank ones and comments left out. */
function saidBy(lines: readonly Line[]): readonly (readonly string[])[] {
  return lines
    .filter(({ kind }) => kind !== 'blank' && kind !== 'comment')
    .map((line) => [line.kind, ...piecesOf(line).map(({ text }) => text)]);
}

function piecesIn(value: unknown): readonly Piece[] {
  if (Array.isArray(value)) return value.flatMap(piecesIn);
  if (typeof value !== 'object' || value === null) return [];
  return isPiece(value) ? [value] : Object.values(value).flatMap(piecesIn);
}

function isPiece(value: object): value is Piece {
  return 'text' in value && 'runs' in value;
}

function piecesOf(line: Line): readonly Piece[] {
  switch (line.kind) {
    case 'section':
      return [line.name];
    case 'assignment':
      return [line.key, line.value];
    case 'broken':
      return [line.piece];
    default:
      return [];
  }
}
