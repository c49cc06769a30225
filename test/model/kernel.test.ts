import { describe, expect, it } from 'vitest';
import { allNamed } from '../../extension/model/capabilitySet.ts';
import { kernelRules } from '../../extension/model/kernel.ts';

describe('an id has changed at exec against the effective one since 6.16', () => {
  it.each([
    ['6.15.9', false],
    ['6.16.0', true],
    ['6.16', true],
    ['6.16.0-rc1', true],
    ['6.18.44-generic', true],
    ['7.0', true],
    ['5.99.0', false],
    ['what is that', true],
    ['', true],
    ['x6.1', true],
  ])('%s: %s', (release, expected) => {
    expect(kernelRules(release).idChangeComparesEffective).toBe(expected);
  });
});

describe('an ownerless TUN device needs CAP_NET_ADMIN', () => {
  it.each([
    ['6.12.116', null],
    ['6.12.117', true],
    ['6.12.200', true],
    ['6.18.0', false],
    ['6.18.44', false],
    ['6.18.45', null],
    ['6.17.0', null],
    ['6.1.0', null],
    ['5.18.1', null],
    ['5.12.200', null],
    ['5.2.1', null],
    ['6.2.0', null],
    ['7.2.0', false],
    ['7.2.13', false],
    ['7.2.14', null],
    ['7.1.0', null],
    ['7.3.1', null],
    ['7.3.2', true],
    ['7.4.0', true],
    ['8.0', true],
    ['8.2.0', true],
  ])('%s: %s', (release, expected) => {
    expect(kernelRules(release).ownerlessTunNeedsNetAdmin).toBe(expected);
  });
});

describe('the last capability', () => {
  it.each([
    ['4.19.0', 37],
    ['5.7.19', 37],
    ['5.8.0', 39],
    ['5.9.0', 40],
    ['6.18.44', 40],
  ])('of %s is %i', (release, last) => {
    expect(kernelRules(release).validCapabilities).toBe((1n << BigInt(last + 1)) - 1n);
  });

  it('of a release that cannot be read is the newest', () => {
    expect(kernelRules('mine').validCapabilities).toBe(allNamed);
  });
});
