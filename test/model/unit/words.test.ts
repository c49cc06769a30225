/** extract_first_word(), with the flags that directives use. */
import { expect, it } from 'vitest';
import { plainPiece, spanOf } from '../../../extension/model/unit/piece.ts';
import {
  escapedWords,
  plainWords,
  quotedFields,
  quotedWords,
  splitWords,
  type WordRules,
} from '../../../extension/model/unit/words.ts';

it.each<readonly [string, WordRules, readonly string[]]>([
  ['a  b\tc', plainWords, ['a', 'b', 'c']],
  ['"a b"', plainWords, ['"a', 'b"']],
  ['a\\ b', plainWords, ['a b']],
  ['"a b" c', quotedWords, ['a b', 'c']],
  [`'a "b' "c 'd"`, quotedWords, ['a "b', "c 'd"]],
  ['a"b c"d', quotedWords, ['ab cd']],
  ['"" x', quotedWords, ['', 'x']],
  ['a\\nb', quotedWords, ['anb']],
  ['"a\\"b"', quotedWords, ['a"b']],
  ['a\\nb\\tc\\sd', escapedWords, ['a\nb\tc d']],
  ['\\x41\\102\\u00e9\\U0001f600', escapedWords, ['AB\u00e9\u{1f600}']],
  ['\\xc3\\xa9', escapedWords, ['\u00e9']],
  ['\\xff', escapedWords, ['\udcff']],
  ['"\\x20"', escapedWords, [' ']],
  ['a\\qb', { ...escapedWords, keepUnknownEscapes: true }, ['a\\qb']],
  ['a\\', { ...escapedWords, keepUnknownEscapes: true }, ['a\\']],
  ['"a b', { ...quotedWords, relaxed: true }, ['a b']],
  ['a\\:b', { ...quotedWords, keepEscapes: true }, ['a\\:b']],
  ['/a:/b /c', quotedFields, ['/a', '/b', '/c']],
  ['/a  /c:', quotedFields, ['/a', '', '/c', '']],
  ['', plainWords, []],
  ['  ', plainWords, []],
])('%j', (text, rules, words) => {
  const split = splitWords(plainPiece(text, 0), rules);
  expect({ ...split, words: split.words.map((word) => word.text) }).toEqual({
    words,
    invalid: null,
  });
});

it.each<readonly [string, WordRules, string, readonly string[]]>([
  ['a "b', quotedWords, 'unbalanced-quote', ['a']],
  ["a 'b\\'", quotedWords, 'unbalanced-quote', ['a']],
  ['a \\q', escapedWords, 'unknown-escape', ['a']],
  ['\\x00', escapedWords, 'unknown-escape', []],
  ['\\400', escapedWords, 'unknown-escape', []],
  ['\\ud800', escapedWords, 'unknown-escape', []],
  ['a\\', plainWords, 'unknown-escape', []],
])('%j cannot be split to its end', (text, rules, invalid, words) => {
  const split = splitWords(plainPiece(text, 0), rules);
  expect({ ...split, words: split.words.map((word) => word.text) }).toEqual({ words, invalid });
});

it('a word knows how it is written', () => {
  const text = 'x "a b"  y';
  const spans = splitWords(plainPiece(text, 0), quotedWords).words.map(({ piece }) =>
    spanOf(piece),
  );
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['x', '"a b"', 'y']);
});
