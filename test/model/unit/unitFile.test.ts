/** Lines as systemd's config_parse() reads them; test/systemd asks systemd whether that is so. */
import { describe, expect, it } from 'vitest';
import { spanOf } from '../../../extension/model/unit/piece.ts';
import { longestLine, parseUnitFile, type Line } from '../../../extension/model/unit/unitFile.ts';

describe('a line is', () => {
  it.each<readonly [string, string, ...string[]]>([
    ['a section', '[Service]', '[Service]'],
    ['a section with blanks around it', ' \t[Service] \t', '[Service]'],
    ['a section with blanks in it', '[ Service ]', '[ Service ]'],
    ['an empty section', '[]', '[]'],
    ['a section that is not closed', '[Service', 'bad-section-header: [Service'],
    ['a section with a comment', '[Service] # c', 'bad-section-header: [Service] # c'],
    ['a section with a quote', '[Ser"vice]', 'bad-section-header: [Ser"vice]'],
    ['a lone bracket', '[', 'bad-section-header: ['],
    ['an assignment', 'User=alice', 'User=alice'],
    ['an assignment with blanks', '  User \t= \talice  ', 'User=alice'],
    ['an assignment with two equals signs', 'Environment=A=1', 'Environment=A=1'],
    ['an assignment of nothing', 'User=', 'User='],
    ['a comment at its end', 'User=alice # c', 'User=alice # c'],
    ['a comment', '# User=alice', 'comment'],
    ['another comment', '  ; User=alice', 'comment'],
    ['a comment that ends in a backslash', '# a\\\nUser=b', 'comment', 'User=b'],
    ['without an equals sign', 'nonsense', 'missing-equals: nonsense'],
    ['without a key', ' = x', 'missing-key: = x'],
    ['blank', ' \t', 'blank'],
    ['a form feed', '\f', 'missing-equals: \f'],
    ['not Unicode', 'User=\udcff', 'not-utf8: User=\udcff'],
    ['a noncharacter', 'User=\ufdd0', 'not-utf8: User=\ufdd0'],
    ['with a byte order mark', '\ufeff[Service]', '[Service]'],
    ['with a byte order mark later', 'A=1\n\ufeffB=2', 'A=1', 'B=2'],
    ['with two byte order marks', '\ufeffA=1\n\ufeffB=2', 'A=1', '\ufeffB=2'],
  ])('%s', (_, text, ...lines) => {
    expect(parseUnitFile('u', text).lines.map(words)).toEqual(lines);
  });
});

describe('a line goes on', () => {
  it.each<readonly [string, string, ...string[]]>([
    ['after a backslash', 'A=b\\\nc', 'A=b c'],
    ['with its blanks', 'A=b \\\n  c', 'A=b    c'],
    ['in its key', 'A\\\nB=c', 'A B=c'],
    ['past comments', 'A=b\\\n# x\n ;y\nc', 'A=b c'],
    ['until an empty line', 'A=b\\\n\nC=d', 'A=b', 'C=d'],
    ['twice', 'A=b\\\nc\\\nd', 'A=b c d'],
    ['to the end of the file', 'A=b\\', 'A=b'],
    ['not after two backslashes', 'A=b\\\\\nC=d', 'A=b\\\\', 'C=d'],
    ['after three', 'A=b\\\\\\\nc', 'A=b\\\\ c'],
    ['not after a backslash and a blank', 'A=b\\ \nC=d', 'A=b\\', 'C=d'],
  ])('%s', (_, text, ...lines) => {
    expect(parseUnitFile('u', text).lines.map(words)).toEqual(lines);
  });
});

it.each([
  ['newline', '\n'],
  ['carriage return', '\r'],
  ['both', '\r\n'],
  ['both, the other way round', '\n\r'],
  ['NUL', '\0'],
  ['newline and NUL', '\n\0'],
])('a line ends with %s', (_, end) => {
  expect(parseUnitFile('u', `A=1${end}B=2`).lines.map(words)).toEqual(['A=1', 'B=2']);
  expect(parseUnitFile('u', `A=1${end}${end}B=2`).lines.map(words)).toEqual([
    'A=1',
    'blank',
    'B=2',
  ]);
});

it('a value knows where its parts are', () => {
  const text = 'ExecStart=/bin/a \\\n# no\n  b\n';
  const [line] = parseUnitFile('u', text).lines;
  if (line?.kind !== 'assignment') expect.fail('no assignment');
  const { start, end } = spanOf(line.value);
  expect(text.slice(start, end)).toBe('/bin/a \\\n# no\n  b');
});

describe('a line is too long', () => {
  const value = (length: number) => `A=${'x'.repeat(length - 2)}`;

  it.each([
    ['one byte less, with its newline', `${value(longestLine - 2)}\n`, false],
    ['with its newline', `${value(longestLine - 1)}\n`, true],
    ['without one', value(longestLine), true],
    ['counted in bytes', `A=${'é'.repeat(longestLine / 2)}\n`, true],
    ['joined', `${value(longestLine - 10)}\\\n${'y'.repeat(20)}\n`, true],
  ])('%s', (_, text, tooLong) => {
    const faults = parseUnitFile('u', `${text}B=2\n`).lines.map((line) =>
      line.kind === 'broken' ? line.fault : line.kind,
    );
    expect(faults.includes('line-too-long')).toBe(tooLong);
  });
});

function words(line: Line): string {
  switch (line.kind) {
    case 'section':
      return `[${line.name.text}]`;
    case 'assignment':
      return `${line.key.text}=${line.value.text}`;
    case 'broken':
      return `${line.fault}: ${line.piece.text}`;
    default:
      return line.kind;
  }
}
