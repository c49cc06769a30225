import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utcTime } from '../../extension/model/utcTime.ts';

test.each([
  ['0', '1970-01-01 00:00:00 UTC'],
  ['-1', '1969-12-31 23:59:59 UTC'],
  ['951782399999999999', '2000-02-28 23:59:59 UTC'],
  ['951782400000000000', '2000-02-29 00:00:00 UTC'],
  ['1795602667000000000', '2026-11-25 10:31:07 UTC'],
  ['4107542400000000000', '2100-03-01 00:00:00 UTC'],
])('%s ns', (nanoseconds, text) => {
  expect(utcTime(nanoseconds)).toBe(text);
});

test('agrees with the calendar of the language', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
      const [date, clock = ''] = new Date(seconds * 1000).toISOString().split('T');
      expect(utcTime(`${seconds}000000000`)).toBe(`${date} ${clock.slice(0, 8)} UTC`);
    }),
  );
});
