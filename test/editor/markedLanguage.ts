/** Every text of the extension between brackets, as a translation: one that nobody can translate is then seen. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '../../.build/editor/language.mjs';

const repository = join(import.meta.dirname, '../..');

/** For what is built; `qps-ploc` is no language anybody speaks, but VS Code takes it for one. */
export async function markedLanguage(): Promise<Language> {
  const [texts, manifest] = await Promise.all(
    ['dist/l10n/bundle.l10n.json', 'package.nls.json'].map(async (file) => {
      const english = JSON.parse(await readFile(join(repository, file), 'utf8')) as Texts;
      return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, marked(text)]));
    }),
  );
  return { id: 'qps-ploc', texts: texts ?? {}, manifest: manifest ?? {} };
}

/** Within the brackets the text is as it is, so that links and places in it are still ones. */
export function marked(text: string): string {
  return `⟦${text}⟧`;
}

type Texts = Readonly<Record<string, string>>;
