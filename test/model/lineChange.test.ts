import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { lineChange } from '../../extension/model/lineChange.ts';
import { applyEdits } from '../../extension/model/unit/unitEdit.ts';

const text = fc
  .array(fc.constantFrom('', 'a', 'b', 'a\r', '𝛑'), { maxLength: 8 })
  .map((lines) => lines.join('\n'));

test('makes the one text of the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applyEdits(before, [lineChange(before, after)])).toBe(after);
    }),
  );
});

test('touches no line that both texts begin or end with', () => {
  expect(lineChange('[Service]\nUser=a\nNice=5\n', '[Service]\nUser=b\nNice=5\n')).toEqual({
    span: { start: 10, end: 17 },
    replacement: 'User=b\n',
  });
  expect(lineChange('a\nb\n', 'a\nx\nb\n')).toEqual({
    span: { start: 2, end: 2 },
    replacement: 'x\n',
  });
});

test('of equal texts is no change', () => {
  fc.assert(
    fc.property(text, (same) => {
      const { span, replacement } = lineChange(same, same);
      expect([span.end - span.start, replacement]).toEqual([0, '']);
    }),
  );
});
