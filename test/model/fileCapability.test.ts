import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFileCapability,
  encodeFileCapability,
  isEmptyFileCapability,
} from '../../extension/model/fileCapability.ts';

const set = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const value = fc.record({
  permitted: set,
  inheritable: set,
  effective: fc.boolean(),
  rootId: fc.oneof(fc.constant(0), fc.nat({ max: 0xffffffff })),
});

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('security.capability', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(value, (each) => {
        const encoded = encodeFileCapability(each);
        expect(encoded).toHaveLength(each.rootId === 0 ? 20 : 24);
        expect(decodeFileCapability(encoded)).toEqual({
          ...each,
          revision: each.rootId === 0 ? 2 : 3,
        });
      }),
    );
  });

  // As setcap(8) of libcap 2.66 wrote them to a file.
  it.each([
    [
      'cap_net_admin=ep',
      '0100000200100000000000000000000000000000',
      { revision: 2, permitted: 0x1000n, inheritable: 0n, effective: true, rootId: 0 },
    ],
    [
      'cap_net_admin=i',
      '0000000200000000001000000000000000000000',
      { revision: 2, permitted: 0n, inheritable: 0x1000n, effective: false, rootId: 0 },
    ],
    [
      'cap_bpf=p',
      '0000000200000000000000008000000000000000',
      { revision: 2, permitted: 1n << 39n, inheritable: 0n, effective: false, rootId: 0 },
    ],
    [
      'cap_net_admin=ep of root 1000',
      '0100000300100000000000000000000000000000e8030000',
      { revision: 3, permitted: 0x1000n, inheritable: 0n, effective: true, rootId: 1000 },
    ],
  ] as const)('%s', (_, hex, decoded) => {
    expect(decodeFileCapability(bytes(hex))).toEqual(decoded);
    expect(Buffer.from(encodeFileCapability(decoded)).toString('hex')).toBe(hex);
  });

  it('of revision 1 has one word for each set', () => {
    expect(decodeFileCapability(bytes('010000010010000000200000'))).toEqual({
      revision: 1,
      permitted: 0x1000n,
      inheritable: 0x2000n,
      effective: true,
      rootId: 0,
    });
  });

  it('takes no other bit of the first word for the effective flag', () => {
    expect(decodeFileCapability(bytes('fe00000200100000000000000000000000000000'))).toMatchObject({
      effective: false,
    });
  });

  it('is read from a view into a larger buffer', () => {
    const whole = bytes(`ffffff0100000200100000000000000000000000000000ffff`);
    expect(decodeFileCapability(whole.subarray(3, 23))).toMatchObject({ permitted: 0x1000n });
  });

  it.each([
    ['nothing', '', 'EINVAL'],
    ['three bytes', '010000', 'EINVAL'],
    ['the first word alone', '01000002', 'EINVAL'],
    ['revision 0', '0100000000100000000000000000000000000000', 'EINVAL'],
    ['revision 4', '0100000400100000000000000000000000000000', 'EINVAL'],
    ['revision 1 in the size of 2', '0100000100100000000000000000000000000000', 'EINVAL'],
    ['revision 2 in the size of 1', '010000020010000000200000', 'EINVAL'],
    ['revision 2 in the size of 3', '010000020010000000000000000000000000000000000000', 'EINVAL'],
    ['revision 3 in the size of 2', '0100000300100000000000000000000000000000', 'EINVAL'],
    ['nineteen bytes', '01000002001000000000000000000000000000', 'EINVAL'],
    ['25 bytes', '0100000300100000000000000000000000000000e803000000', 'ERANGE'],
  ])('is malformed: %s', (_, hex, malformed) => {
    expect(decodeFileCapability(bytes(hex))).toEqual({ malformed });
  });

  it('whatever its bytes are, is read or malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (each) => {
        const decoded = decodeFileCapability(each);
        const read = 'revision' in decoded;
        expect(read).toBe(!('malformed' in decoded));
        expect(each.length > 24 ? decoded : null).toEqual(
          each.length > 24 ? { malformed: 'ERANGE' } : null,
        );
      }),
    );
  });

  it('is empty where neither set has a member', () => {
    const empty = {
      revision: 2,
      permitted: 0n,
      inheritable: 0n,
      effective: true,
      rootId: 0,
    } as const;
    expect(isEmptyFileCapability(empty)).toBe(true);
    expect(isEmptyFileCapability({ ...empty, permitted: 1n })).toBe(false);
    expect(isEmptyFileCapability({ ...empty, inheritable: 1n })).toBe(false);
  });
});
