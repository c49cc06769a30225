/**
 * `security.capability` as bytes in hexadecimal: `struct vfs_ns_cap_data` of
 * `include/uapi/linux/capability.h`, written down here a second time because the model's own
 * encoder is among the things that are judged.
 */

export interface AttributeFields {
  readonly revision: 1 | 2 | 3;
  readonly permitted: bigint;
  readonly inheritable: bigint;
  readonly effective: boolean;
  /** Revision 3 only. */
  readonly rootId?: number;
}

export function attributeBytes(fields: AttributeFields): string {
  const { revision, permitted, inheritable, effective, rootId } = fields;
  const words = [
    revision * 0x1000000 + (effective ? 1 : 0),
    Number(BigInt.asUintN(32, permitted)),
    Number(BigInt.asUintN(32, inheritable)),
  ];
  if (revision > 1) words.push(Number(permitted >> 32n), Number(inheritable >> 32n));
  if (revision > 2) words.push(rootId ?? 0);
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32LE(word, index * 4));
  return `0x${bytes.toString('hex')}`;
}

const netAdmin = { permitted: 1n << 12n, inheritable: 0n } as const;
const revision2 = attributeBytes({ revision: 2, ...netAdmin, effective: true });

/**
 * Values that setxattr(2) refuses and a file system can hold nevertheless: revision 1, an invalid
 * root id, unknown flags, and what the kernel calls malformed. They come from an image that is written offline.
 */
export const imageAttributes: readonly string[] = [
  attributeBytes({ revision: 1, ...netAdmin, effective: true }),
  attributeBytes({ revision: 1, ...netAdmin, effective: false }),
  attributeBytes({ revision: 1, permitted: 0n, inheritable: 1n << 12n, effective: true }),
  attributeBytes({ revision: 1, permitted: 1n << 24n, inheritable: 0n, effective: true }),
  // The id that is nobody's.
  attributeBytes({ revision: 3, ...netAdmin, effective: true, rootId: 0xffffffff }),
  // A flag that does not exist: it changes nothing.
  revision2.replace('0x01', '0x81'),
  // Revisions that do not exist.
  revision2.replace('02', '00'),
  revision2.replace('02', '04'),
  // Too short for any revision, the wrong size for its revision, beyond the largest one.
  '0x010000',
  '0x01000002',
  `${revision2}00000000`,
  revision2.slice(0, -2),
  `${attributeBytes({ revision: 3, ...netAdmin, effective: true })}00`,
  `0x${'ff'.repeat(40)}`,
];

/** Each owns, as user and as group, one file for every attribute of the image. */
export const imageOwners: readonly number[] = [0, 1000, 2000];

/** Null where the attribute can be set at any time; else the name of the image's file. */
export function imageFileName(attribute: string, owner: number): string | null {
  const index = imageAttributes.indexOf(attribute);
  return index === -1 ? null : `${owner}-${index}`;
}

/** True where the attribute has bits beyond the last capability, which the kernel drops. */
export function hasUnknownBits(attribute: string): boolean {
  const bytes = Buffer.from(attribute.slice(2), 'hex');
  return [12, 16].some((at) => bytes.length >= at + 4 && bytes.readUInt32LE(at) >= 1 << 9);
}

/** The attribute with its root id, if it is of revision 3, changed; as it is where that is null. */
export function withRootId(attribute: string, change: (rootId: number) => number | null): string {
  const bytes = Buffer.from(attribute.slice(2), 'hex');
  if (bytes.length !== 24) return attribute;
  bytes.writeUInt32LE(change(bytes.readUInt32LE(20)) ?? bytes.readUInt32LE(20), 20);
  return `0x${bytes.toString('hex')}`;
}
