/** What people read in VS Code can be translated: the manifest's words and the code's, and no others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messages, writeMessages } from '../../.build/messages.mjs';
import { root } from './tree.ts';

/** Keys of the manifest under which VS Code shows words. */
const shown = new Set([
  'title',
  'label',
  'displayName',
  'description',
  'markdownDescription',
  'userDescription',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'deprecationMessage',
  'patternErrorMessage',
  'contents',
  'altText',
]);
/** What a model reads, what is written into a file of the user, and our own name are not translated. */
const kept = [
  /^contributes\.languageModelTools\.\d+\.inputSchema\./,
  /\.configurationSnippets\.\d+\.body\./,
];

const manifest = json('package.json');
const english = json('package.nls.json') as Readonly<Record<string, string>>;

test('no word of the manifest is written there: each has its name in package.nls.json', () => {
  const bare = wordsOf(manifest, [])
    .filter(({ text }) => text !== 'Capwright' && !/^%[\w.]+%$/.test(text))
    .filter(({ path }) => !kept.some((pattern) => pattern.test(path)));
  expect(bare).toEqual([]);
});

test('package.nls.json has the words that the manifest names, and no others', () => {
  const named = JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g);
  expect(Object.keys(english).toSorted()).toEqual(
    [...new Set(Array.from(named, ([, key]) => key))].toSorted(),
  );
});

// VS Code looks a translation up by the English text, which must be there to be looked at.
test('each message of the code is a text as it stands, with places for what is put in', () => {
  const all = messages();
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ text }) => text === null)).toEqual([]);
  for (const { text } of all) expect(text).not.toMatch(/\$\{|%[sd]/);
});

test('what ships has every message, for translators', async () => {
  await writeMessages();
  expect(manifest).toMatchObject({ l10n: './dist/l10n' });
  const written = Object.keys(json('dist/l10n/bundle.l10n.json') as object);
  expect(written).toEqual([...new Set(messages().map(({ text }) => text ?? ''))].toSorted());
});

interface Word {
  readonly path: string;
  readonly text: string;
}

function wordsOf(value: unknown, path: readonly string[]): readonly Word[] {
  if (typeof value === 'string') {
    const named = path.toReversed().find((key) => !/^\d+$/.test(key)) ?? '';
    const isView = path[1] === 'views' && named === 'name';
    return shown.has(named) || isView ? [{ path: path.join('.'), text: value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => wordsOf(each, [...path, key]));
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
