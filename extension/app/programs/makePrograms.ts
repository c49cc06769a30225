import { dirname, join } from 'node:path';
import { executableFormat } from '../../model/executableFormat.ts';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { headAt, holds, textAt, type Folder } from './folder.ts';

const makefiles = ['GNUmakefile', 'makefile', 'Makefile'];
const notPrograms = /\.(so(\.\d+)*|[acdho]|cc|cpp|hpp|mk|in|am|ac|sh|py|md|txt)$/;

/**
 * The ELF programs that lie beside a makefile, or below it and beside no other, and that it names. What
 * make would build is not asked for: even `make -n` runs what an included makefile is made of, and every
 * `$(shell …)`.
 */
export async function makePrograms(
  host: Host,
  folders: readonly Folder[],
): Promise<readonly ProgramCandidate[]> {
  const texts = new Map<string, string>();
  for (const folder of folders) {
    // As make(1) looks for them; CMake has told more, where it was asked.
    const name = makefiles.find((each) => holds(folder, each));
    if (name === undefined || holds(folder, '.cmake')) continue;
    texts.set(folder.path, (await textAt(host, join(folder.path, name))) ?? '');
  }
  const candidates: ProgramCandidate[] = [];
  for (const { path: folder, entries } of texts.size === 0 ? [] : folders) {
    const words = wordsOf(nearest(folder, texts));
    for (const { name, type } of entries) {
      if (type !== 'regular' || notPrograms.test(name) || !words.has(name)) continue;
      const path = join(folder, name);
      const format = executableFormat(await headAt(host, path));
      if (format.kind !== 'elf' || !format.elf.executable) continue;
      candidates.push({ path, source: 'make', name });
    }
  }
  return candidates;
}

function nearest(folder: string, texts: ReadonlyMap<string, string>): string {
  for (let at = folder; ; at = dirname(at)) {
    const text = texts.get(at);
    if (text !== undefined) return text;
    if (at === dirname(at)) return '';
  }
}

function wordsOf(makefile: string): ReadonlySet<string> {
  return new Set(makefile.replace(/^\s*#.*$/gm, '').match(/[\w.+-]+/g));
}
