/** cap_from_text(3), as libcap 2.66 reads it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allNamed, emptySet, setOf } from '../../extension/model/capabilitySet.ts';
import {
  formatCapabilityText,
  parseCapabilityText,
  type TextSets,
} from '../../extension/model/capabilityText.ts';

const admin = setOf(12);
const raw = setOf(13);
const none: TextSets = { effective: emptySet, inheritable: emptySet, permitted: emptySet };

describe('a text is read', () => {
  it.each<readonly [string, Partial<TextSets>]>([
    ['', {}],
    ['  \t\n', {}],
    ['=', {}],
    ['all=', {}],
    ['=ep', { effective: allNamed, permitted: allNamed }],
    ['all=i', { inheritable: allNamed }],
    ['cap_net_admin=ep', { effective: admin, permitted: admin }],
    ['CAP_NET_ADMIN=EP', { effective: admin, permitted: admin }],
    ['net_admin=p', { permitted: admin }],
    ['12=e', { effective: admin }],
    [
      'cap_net_admin,cap_net_raw+eip',
      { effective: admin | raw, inheritable: admin | raw, permitted: admin | raw },
    ],
    [
      '  cap_net_admin=ep   cap_net_raw=i ',
      { effective: admin, permitted: admin, inheritable: raw },
    ],
    ['cap_net_admin=e cap_net_admin=p', { permitted: admin }],
    ['cap_net_admin=ep cap_net_admin=i', { inheritable: admin }],
    ['cap_net_admin=p cap_net_admin+e', { effective: admin, permitted: admin }],
    ['cap_net_admin=eip-e', { inheritable: admin, permitted: admin }],
    ['cap_net_admin=eip-i+i-p', { effective: admin, inheritable: admin }],
    ['cap_net_admin=+ep', { effective: admin, permitted: admin }],
    ['cap_net_admin,cap_net_raw=ep cap_net_raw-e', { effective: admin, permitted: admin | raw }],
    ['cap_net_admin,all=e', { effective: allNamed }],
    ['cap_net_admin=ee', { effective: admin }],
    ['50=p', { permitted: setOf(50) }],
    ['cap_net_admin=p-p', {}],
  ])('%j', (text, sets) => {
    expect(parseCapabilityText(text)).toEqual({ kind: 'sets', sets: { ...none, ...sets } });
  });

  it.each([
    ['cap_net_admin', '“cap_net_admin” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin=x', '“cap_net_admin=x” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin+', '“cap_net_admin+” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin+e-', '“cap_net_admin+e-” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin+e=p', '“cap_net_admin+e=p” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin==p', '“cap_net_admin==p” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin =ep', '“cap_net_admin” is not a clause such as cap_net_admin=ep'],
    ['cap_net_admin=ep ;', '“;” is not a clause such as cap_net_admin=ep'],
    ['x=ep;', '“x=ep;” is not a clause such as cap_net_admin=ep'],
    ['cap_flying=ep', '“cap_flying” names a capability that does not exist'],
    ['cap_net_admin,=ep', '“cap_net_admin,” names a capability that does not exist'],
    ['64=ep', '“64” names a capability that does not exist'],
    ['+ep', '“+ep” needs a capability for +'],
    ['-e', '“-e” needs a capability for -'],
    ['=e-p', '“=e-p” needs a capability for -'],
  ])('%j not, and why', (text, message) => {
    expect(parseCapabilityText(text)).toEqual({ kind: 'error', message });
  });

  it('without ever throwing', () => {
    const texts = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('cap_chown', 'all', '=', '+', '-', 'e', 'p', 'i', ',', ' ', '7'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(['sets', 'error']).toContain(parseCapabilityText(text).kind);
      }),
    );
  });
});

describe('a text is written', () => {
  it.each<readonly [string, Partial<TextSets>]>([
    ['=', {}],
    ['cap_net_admin=ep', { effective: admin, permitted: admin }],
    [
      'cap_net_admin,cap_net_raw=eip',
      { effective: admin | raw, inheritable: admin | raw, permitted: admin | raw },
    ],
    ['cap_net_admin=ep cap_net_raw=i', { effective: admin, permitted: admin, inheritable: raw }],
    ['cap_chown,cap_net_raw=p cap_net_admin=e', { effective: admin, permitted: setOf(0) | raw }],
    ['50=i', { inheritable: setOf(50) }],
  ])('%j', (text, sets) => {
    expect(formatCapabilityText({ ...none, ...sets })).toBe(text);
  });

  it('so that it is read as what it was', () => {
    const set = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(fc.record({ effective: set, inheritable: set, permitted: set }), (sets) => {
        expect(parseCapabilityText(formatCapabilityText(sets))).toEqual({ kind: 'sets', sets });
      }),
    );
  });
});
