import { readSync } from 'node:fs';

import type { ProbeReply, ProbeResults } from '../../protocol/probe.ts';
import { fileType, statsOf, whileHeld, whileReopened } from './descriptor.ts';
import { failureOf, outcomeOf, withValue } from './outcome.ts';

type Sections = ProbeResults['sections'];

/** More than any linker makes; a file may claim anything. Bytes. */
const maximumLength = 1 << 16;

/** The section names of an elf(5) file, and what compilers wrote into `.comment`. */
export function elfSections(path: string): ProbeReply<'sections'> {
  const held = whileHeld(path, (file) => {
    if (fileType(statsOf(file.fd)) !== 'regular') {
      return { unavailable: 'only regular files are read' };
    }
    const opened = whileReopened(file, 'read', (fd) => outcomeOf(path, () => sectionsOf(fd)));
    return withValue(opened, (read) => read);
  });
  const sections = withValue(held, (read) => read);
  return 'value' in sections
    ? { ok: true, result: sections.value }
    : { ok: false, error: failureOf(sections) };
}

const none: Sections = { names: [], comment: '' };

function sectionsOf(fd: number): Sections {
  const header = readAt(fd, 0, 64);
  const layout = layoutOf(header);
  if (layout === null) return none;
  const { size } = layout;
  const count = layout.half(header, layout.countAt);
  const table = readAt(fd, layout.word(header, layout.tableAt), count * size);
  const sections = Array.from({ length: Math.floor(table.length / size) }, (_, index) =>
    table.subarray(index * size, (index + 1) * size),
  );
  const contentOf = (section: Buffer): Buffer =>
    readAt(fd, layout.word(section, layout.offsetAt), layout.word(section, layout.lengthAt));
  const namesSection = sections[layout.half(header, layout.countAt + 2)];
  const texts = namesSection === undefined ? Buffer.alloc(0) : contentOf(namesSection);
  const names = sections.map((section) => textAt(texts, layout.int(section, 0)));
  const comment = sections[names.indexOf('.comment')];
  return {
    names: names.filter((name) => name !== ''),
    comment: comment === undefined ? '' : contentOf(comment).toString('latin1'),
  };
}

interface Layout {
  /** Of one entry of the table. Bytes. */
  readonly size: number;
  /** Where `e_shoff`, `e_shnum`, `sh_offset` and `sh_size` are. */
  readonly tableAt: number;
  readonly countAt: number;
  readonly offsetAt: number;
  readonly lengthAt: number;
  readonly half: (from: Buffer, at: number) => number;
  readonly int: (from: Buffer, at: number) => number;
  readonly word: (from: Buffer, at: number) => number;
}

function layoutOf(header: Buffer): Layout | null {
  const elf = header.length === 64 && header.readUInt32BE(0) === 0x7f454c46;
  const little = header[5] === 1;
  if (!elf || (!little && header[5] !== 2)) return null;
  const half = (from: Buffer, at: number): number =>
    little ? from.readUInt16LE(at) : from.readUInt16BE(at);
  const int = (from: Buffer, at: number): number =>
    little ? from.readUInt32LE(at) : from.readUInt32BE(at);
  const long = (from: Buffer, at: number): number =>
    Number(little ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at));
  const shared = { half, int };
  switch (header[4]) {
    case 1:
      return {
        ...shared,
        size: 40,
        tableAt: 32,
        countAt: 48,
        offsetAt: 16,
        lengthAt: 20,
        word: int,
      };
    case 2:
      return {
        ...shared,
        size: 64,
        tableAt: 40,
        countAt: 60,
        offsetAt: 24,
        lengthAt: 32,
        word: long,
      };
    default:
      return null;
  }
}

/** What there is of it; nothing where the numbers cannot be right. */
function readAt(fd: number, position: number, length: number): Buffer {
  if (length > maximumLength || !Number.isSafeInteger(position)) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

function textAt(texts: Buffer, at: number): string {
  const end = texts.indexOf(0, at);
  return end === -1 ? '' : texts.toString('latin1', at, end);
}
