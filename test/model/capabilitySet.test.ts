import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allNamed,
  emptySet,
  fromHex,
  has,
  isSubset,
  members,
  names,
  setOf,
  toHex,
  without,
} from '../../extension/model/capabilitySet.ts';

const anySet = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

describe('a capability set', () => {
  it('has bit n for capability n', () => {
    expect(setOf(0, 12, 63)).toBe(0x8000000000001001n);
    expect(setOf()).toBe(emptySet);
    expect(allNamed).toBe(0x1ffffffffffn);
  });

  it('has its members and no other', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const inside = members(set);
        expect(setOf(...inside)).toBe(set);
        expect([...inside].sort((one, other) => one - other)).toEqual(inside);
        for (let bit = 0; bit < 64; bit += 1) expect(has(set, bit)).toBe(inside.includes(bit));
      }),
    );
  });

  it('is a subset where nothing is left without the other', () => {
    fc.assert(
      fc.property(anySet, anySet, (one, other) => {
        expect(isSubset(one, other)).toBe(members(one).every((each) => has(other, each)));
        expect(members(without(one, other))).toEqual(
          members(one).filter((each) => !has(other, each)),
        );
      }),
    );
    expect(isSubset(1n, 3n)).toBe(true);
    expect(isSubset(3n, 1n)).toBe(false);
  });

  it('names its members, and shows what has no name', () => {
    expect(names(setOf(13, 12, 50))).toEqual(['cap_net_admin', 'cap_net_raw', '50']);
  });
});

describe('the hexadecimal form', () => {
  it('is read as it is written', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        expect(fromHex(toHex(set))).toBe(set);
      }),
    );
  });

  it.each([
    ['0x1000', 0x1000n],
    ['0000003fffffffff', 0x3fffffffffn],
    ['0X1F', 0x1fn],
    ['1F', 0x1fn],
    ['0xffffffffffffffff', (1n << 64n) - 1n],
    ['0x1ffffffffffffffff', null],
    ['', null],
    ['0x', null],
    ['12 ', null],
    ['g', null],
  ])('%j is %s', (text, set) => {
    expect(fromHex(text)).toBe(set);
  });

  it('is written without padding', () => {
    expect(toHex(0x1000n)).toBe('0x1000');
    expect(toHex(emptySet)).toBe('0x0');
  });
});
