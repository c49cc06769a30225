import type { BinfmtFlags } from './programFile.ts';

/** An entry of binfmt_misc (Documentation/admin-guide/binfmt-misc.rst in the kernel's source). */
export interface BinfmtEntry {
  /** The path of the interpreter. */
  readonly interpreter: string;
  readonly flags: BinfmtFlags;
  readonly match: BinfmtMatch;
}

export type BinfmtMatch =
  /** Without the dot. */
  | { readonly kind: 'extension'; readonly extension: string }
  | {
      readonly kind: 'magic';
      readonly offset: number;
      readonly magic: Uint8Array;
      /** As long as the magic; null where every bit counts. */
      readonly mask: Uint8Array | null;
    };

/** Of the file, only so many bytes are compared; BINPRM_BUF_SIZE in linux/binfmts.h. */
const comparedSize = 256;

/**
 * Reads an entry as its file below /proc/sys/fs/binfmt_misc shows it (`entry_status()` in
 * fs/binfmt_misc.c); null where it is disabled, or no entry.
 */
export function parseBinfmtEntry(text: string): BinfmtEntry | null {
  const [state, ...lines] = text.split('\n');
  const fields = new Map(
    lines.map((line) => {
      const [name = '', ...value] = line.split(' ');
      return [name, value.join(' ')] as const;
    }),
  );
  const interpreter = fields.get('interpreter');
  const match = matchOf(fields);
  if (state !== 'enabled' || interpreter === undefined || match === null) return null;
  const flags = fields.get('flags:') ?? '';
  return {
    interpreter,
    flags: {
      credentials: flags.includes('C'),
      openBinary: flags.includes('O'),
      fixBinary: flags.includes('F'),
    },
    match,
  };
}

/** `search_binfmt_handler()`: whether the entry takes the file. */
export function takes({ match }: BinfmtEntry, path: string, head: Uint8Array): boolean {
  if (match.kind === 'extension') return path.endsWith(`.${match.extension}`);
  const { offset, magic, mask } = match;
  const compared = new Uint8Array(comparedSize);
  compared.set(head.subarray(0, comparedSize));
  return magic.every(
    (byte, index) => (((compared[offset + index] ?? 0) ^ byte) & (mask?.[index] ?? 0xff)) === 0,
  );
}

function matchOf(fields: ReadonlyMap<string, string>): BinfmtMatch | null {
  const extension = fields.get('extension');
  if (extension !== undefined)
    return { kind: 'extension', extension: extension.replace(/^\./, '') };
  const magic = fields.get('magic');
  const mask = fields.get('mask');
  if (magic === undefined) return null;
  return {
    kind: 'magic',
    offset: Number(fields.get('offset') ?? 0),
    magic: bytesOf(magic),
    mask: mask === undefined ? null : bytesOf(mask),
  };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
