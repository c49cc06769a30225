import { textOf } from './text.ts';

/** What the first bytes of a file tell execve(2), before any handler has looked further. */
export type ExecutableFormat =
  | { readonly kind: 'elf'; readonly elf: ElfHeader }
  /** `#!`: the interpreter's path and its one optional argument (`load_script()` in fs/binfmt_script.c). */
  | { readonly kind: 'script'; readonly interpreter: string; readonly argument: string | null }
  | { readonly kind: 'other'; readonly problem: string };

/** The parts of the header in elf(5) that decide whether the kernel takes the file. */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** `e_machine`. */
  readonly machine: number;
  readonly executable: boolean;
  /** The path in PT_INTERP; null where there is none or it lies beyond the bytes that were read. */
  readonly dynamicLinker: string | null;
}

/** `e_machine` of the architectures that have a name here (`include/uapi/linux/elf-em.h`). */
export const elfMachine = { i386: 3, arm: 40, x86_64: 62, aarch64: 183, riscv: 243 } as const;

const scriptBufferSize = 256;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_INTERP = 3;

/** @param head the first bytes of the file, as many as there are or 4096 */
export function executableFormat(head: Uint8Array): ExecutableFormat {
  if (startsWith(head, [0x23, 0x21])) return scriptFormat(head);
  if (startsWith(head, [0x7f, 0x45, 0x4c, 0x46])) return elfFormat(head);
  const problem =
    head.length === 0
      ? 'it is empty'
      : 'it is neither an ELF program nor a script that begins with #!';
  return { kind: 'other', problem };
}

function scriptFormat(head: Uint8Array): ExecutableFormat {
  const line = head.subarray(2, scriptBufferSize);
  const end = line.indexOf(0x0a);
  const text = textOf(end === -1 ? line : line.subarray(0, end));
  const match = /^[ \t]*([^ \t\0]+)(?:[ \t]+(.*?))?[ \t]*$/.exec(text);
  const interpreter = match?.[1];
  if (interpreter === undefined)
    return { kind: 'other', problem: 'its #! line names no interpreter' };
  // Without a line end or a blank after it the name may have been cut off, and the kernel refuses.
  const cut = end === -1 && head.length >= scriptBufferSize && match?.[2] === undefined;
  if (cut) return { kind: 'other', problem: 'its #! line is longer than the kernel reads' };
  const argument = match?.[2];
  return {
    kind: 'script',
    interpreter,
    argument: argument === undefined || argument === '' ? null : argument,
  };
}

function elfFormat(head: Uint8Array): ExecutableFormat {
  const bits = head[4] === 1 ? 32 : head[4] === 2 ? 64 : null;
  const littleEndian = head[5] === 1;
  const headerSize = bits === 32 ? 52 : 64;
  if (bits === null || head.length < headerSize) {
    return { kind: 'other', problem: 'its ELF header is damaged or cut off' };
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const type = view.getUint16(16, littleEndian);
  return {
    kind: 'elf',
    elf: {
      bits,
      littleEndian,
      machine: view.getUint16(18, littleEndian),
      executable: type === ET_EXEC || type === ET_DYN,
      dynamicLinker: dynamicLinker(view, bits, littleEndian),
    },
  };
}

function dynamicLinker(view: DataView, bits: 32 | 64, littleEndian: boolean): string | null {
  const word = (at: number): number =>
    bits === 32 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  const tableOffset = word(bits === 32 ? 28 : 32);
  const entrySize = view.getUint16(bits === 32 ? 42 : 54, littleEndian);
  const count = view.getUint16(bits === 32 ? 44 : 56, littleEndian);
  const minimumSize = bits === 32 ? 32 : 56;
  for (let index = 0; index < count && entrySize >= minimumSize; index += 1) {
    const at = tableOffset + index * entrySize;
    if (at + entrySize > view.byteLength) return null;
    if (view.getUint32(at, littleEndian) !== PT_INTERP) continue;
    const offset = word(at + (bits === 32 ? 4 : 8));
    const size = word(at + (bits === 32 ? 16 : 32));
    if (size < 2 || offset + size > view.byteLength) return null;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, size - 1);
    return textOf(bytes);
  }
  return null;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
