// The texts that the extension shows, for whoever translates them: VS Code looks them up by their English.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { panelTexts } from '../extension/report/panelTexts.ts';
import { root } from './root.mjs';

/**
 * @typedef {object} Message
 * @property {string} place file and line
 * @property {string | null} text null where it is no text as it stands, so that nobody could look it up
 */

/** Where `vscode` may be imported, and the page. */
const folders = ['extension/views', 'extension/debug/host', 'webview'];

/** @returns {readonly Message[]} the first argument of every call of `l10n.t` or `t`, and what reports say */
export function messages() {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  return [
    ...['extension/extension.ts', ...files].flatMap(messagesOf),
    ...panelTexts.map((text) => ({ place: 'extension/report/panelTexts.ts', text })),
  ];
}

/** Writes them as VS Code reads a translation, each as its own. */
export async function writeMessages() {
  const texts = messages().flatMap(({ text }) => (text === null ? [] : [text]));
  const folder = join(root, 'dist/l10n');
  await mkdir(folder, { recursive: true });
  const bundle = Object.fromEntries([...new Set(texts)].toSorted().map((text) => [text, text]));
  await writeFile(join(folder, 'bundle.l10n.json'), `${JSON.stringify(bundle, null, 2)}\n`);
}

/**
 * @param {string} file
 * @returns {readonly Message[]}
 */
function messagesOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Message[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && /(?:^|\.)t$/.test(node.expression.getText())) {
      const [first] = node.arguments;
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({
        place: `${file}:${line + 1}`,
        text: first !== undefined && ts.isStringLiteralLike(first) ? first.text : null,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
