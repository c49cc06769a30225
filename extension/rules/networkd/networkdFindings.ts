import type { UnitFix } from '../../fixes/unitFix.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import type { Span } from '../../model/unit/piece.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { applyEdits, insertAfter } from '../../model/unit/unitEdit.ts';
import { filesOf, type SourceFile } from '../../model/unit/unitSources.ts';
import type { NetdevOutcome } from '../../model/networkd/judgeNetdev.ts';
import type { Netdev } from '../../model/networkd/netdev.ts';
import type { Network } from '../../model/networkd/network.ts';
import { judgeNetworkdFile } from './judgeNetworkdFile.ts';
import type { JudgedNetworkd } from './networkdRule.ts';

/** Null for a file of the other type. */
export function netdevOf({
  subject,
}: JudgedNetworkd): { readonly netdev: Netdev; readonly outcome: NetdevOutcome } | null {
  return subject.type === 'netdev' ? subject : null;
}

/** Null for a file of the other type. */
export function networkOf({ subject }: JudgedNetworkd): Network | null {
  return subject.type === 'network' ? subject.network : null;
}

/** The file as it would be read and judged after the fix; null where the edits do not go together. */
export function networkdAfter(judged: JudgedNetworkd, { edits }: UnitFix): JudgedNetworkd | null {
  const edited = (file: SourceFile): SourceFile | null => {
    const own = edits.filter((edit) => edit.file === file.path);
    const text = applyEdits(file.text, own);
    return text === null ? null : { ...file, text };
  };
  const fragment = edited(judged.file.fragment);
  const dropIns = judged.file.dropIns.map(edited).filter((file) => file !== null);
  if (fragment === null || dropIns.length < judged.file.dropIns.length) return null;
  const file = { ...judged.file, fragment, dropIns };
  const files = judged.files.map((each) => (each === judged.file ? file : each));
  return judgeNetworkdFile({ ...judged, file, files });
}

/** The fixes that do what they are for, on the file judged again after each. */
export function helpful(
  judged: JudgedNetworkd,
  fixes: readonly (UnitFix | null)[],
  helps: (after: JudgedNetworkd) => boolean,
): readonly UnitFix[] {
  return fixes.filter((fix): fix is UnitFix => {
    const after = fix === null ? null : networkdAfter(judged, fix);
    return after !== null && helps(after);
  });
}

/** The header of a section in the file itself, or the file’s beginning where it has none. */
export function headerPlace(
  { file }: JudgedNetworkd,
  section: string,
): { readonly path: string; readonly span: Span } {
  const { path, text } = file.fragment;
  const header = linesOf(file.fragment).find(
    (line) => line.kind === 'section' && line.name.text === section,
  );
  if (header?.kind === 'section') return { path, span: spanOf(header.name) };
  const [first = ''] = text.split(/[\r\n]/);
  return { path, span: { start: 0, end: first.length } };
}

/** Adds a line to a section of the file itself, which is made where it has none. */
export function addingTo({ file }: JudgedNetworkd, section: string, line: string): UnitFix {
  const { path, text } = file.fragment;
  const lines = linesOf(file.fragment);
  const header = lines.findLastIndex(
    (each) => each.kind === 'section' && each.name.text === section,
  );
  const next = lines.findIndex((each, index) => index > header && each.kind === 'section');
  const own = header === -1 ? [] : lines.slice(header, next === -1 ? undefined : next);
  const last = own.findLast(({ kind }) => kind !== 'blank' && kind !== 'comment');
  const written = last === undefined ? `\n[${section}]\n${line}\n` : `${line}\n`;
  const place = last ?? lines.at(-1) ?? { span: { start: 0, end: 0 } };
  return {
    title: `Add ${line}`,
    applicability: 'review',
    edits: [{ file: path, ...insertAfter(place, text, written) }],
  };
}

/** Every file’s text by its path. */
export function sourceAt({ file }: JudgedNetworkd, path: string): SourceFile | null {
  return filesOf(file).find((each) => each.path === path) ?? null;
}
