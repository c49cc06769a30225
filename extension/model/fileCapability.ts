import { emptySet, type CapabilitySet } from './capabilitySet.ts';

/** The decoded `security.capability` of a file (`struct vfs_ns_cap_data`, `include/uapi/linux/capability.h`). */
export interface FileCapability {
  readonly revision: 1 | 2 | 3;
  readonly permitted: CapabilitySet;
  readonly inheritable: CapabilitySet;
  /** One flag for the whole file: permitted and inherited capabilities become effective at exec. */
  readonly effective: boolean;
  /** The user id (of the superblock's user namespace) whose namespaces honour the attribute; 0 below revision 3. */
  readonly rootId: number;
}

/** What execve answers for an attribute it cannot use: EINVAL for a wrong revision or size, ERANGE past 24 bytes. */
export interface MalformedFileCapability {
  readonly malformed: 'EINVAL' | 'ERANGE';
}

const VFS_CAP_REVISION_MASK = 0xff000000;
const VFS_CAP_FLAGS_EFFECTIVE = 0x000001;
const REVISION_1 = 0x01000000;
const REVISION_2 = 0x02000000;
const REVISION_3 = 0x03000000;
const SIZE_1 = 12;
const SIZE_2 = 20;
const SIZE_3 = 24;

/**
 * Decodes the raw attribute the way `get_vfs_caps_from_disk()` in `security/commoncap.c` does.
 * @param bytes the value of `security.capability`, little-endian words
 */
export function decodeFileCapability(bytes: Uint8Array): FileCapability | MalformedFileCapability {
  if (bytes.length > SIZE_3) return { malformed: 'ERANGE' };
  if (bytes.length < 4) return { malformed: 'EINVAL' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  const effective = (magic & VFS_CAP_FLAGS_EFFECTIVE) !== 0;
  const revision = (magic & VFS_CAP_REVISION_MASK) >>> 0;
  if (revision === REVISION_1 && bytes.length === SIZE_1) {
    return { revision: 1, ...words(view, 1), effective, rootId: 0 };
  }
  if (revision === REVISION_2 && bytes.length === SIZE_2) {
    return { revision: 2, ...words(view, 2), effective, rootId: 0 };
  }
  if (revision === REVISION_3 && bytes.length === SIZE_3) {
    return { revision: 3, ...words(view, 2), effective, rootId: view.getUint32(20, true) };
  }
  return { malformed: 'EINVAL' };
}

/** Encodes revision 2, or revision 3 when `rootId` is not 0: what setcap(8) writes. */
export function encodeFileCapability(value: Omit<FileCapability, 'revision'>): Uint8Array {
  const revision = value.rootId === 0 ? REVISION_2 : REVISION_3;
  const bytes = new Uint8Array(value.rootId === 0 ? SIZE_2 : SIZE_3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (revision | (value.effective ? VFS_CAP_FLAGS_EFFECTIVE : 0)) >>> 0, true);
  for (const [index, set] of [value.permitted, value.inheritable].entries()) {
    view.setUint32(4 + index * 4, Number(set & 0xffffffffn), true);
    view.setUint32(12 + index * 4, Number(set >> 32n), true);
  }
  if (value.rootId !== 0) view.setUint32(20, value.rootId, true);
  return bytes;
}

/** True when the attribute grants nothing (`setcap =`): it still cancels ambient capabilities. */
export function isEmptyFileCapability(value: FileCapability): boolean {
  return value.permitted === emptySet && value.inheritable === emptySet;
}

function words(
  view: DataView,
  count: 1 | 2,
): { readonly permitted: CapabilitySet; readonly inheritable: CapabilitySet } {
  let permitted = emptySet;
  let inheritable = emptySet;
  for (let word = 0; word < count; word += 1) {
    const shift = BigInt(32 * word);
    permitted |= BigInt(view.getUint32(4 + word * 8, true)) << shift;
    inheritable |= BigInt(view.getUint32(8 + word * 8, true)) << shift;
  }
  return { permitted, inheritable };
}
