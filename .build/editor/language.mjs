// An editor in a language that nobody has to publish a pack of: VS Code's own words stay English, ours are as given.
import { chownSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** @typedef {import('./user.mjs').User} User */

/**
 * @typedef {object} Language
 * @property {string} id as in `bundle.l10n.ID.json`
 * @property {Readonly<Record<string, string>>} texts of the code, by their English
 * @property {Readonly<Record<string, string>>} manifest by the names in package.nls.json
 */

/**
 * Puts a translation where VS Code looks for it. The extension must have been installed from a package: then it
 * is a copy of its own.
 *
 * @param {Language} language
 * @param {string} directory the editor's
 * @param {User | undefined} user
 */
export async function installLanguage({ id, texts, manifest }, directory, user) {
  const extensions = join(directory, 'extensions');
  const name = (await readdir(extensions)).find((each) => each.startsWith('capwright.capwright-'));
  if (name === undefined) throw new Error(`${extensions} has no package of the extension`);
  /** @type {(path: string, content: object) => Promise<void>} */
  const write = async (path, content) => {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(content), { mode: 0o644 });
    if (user !== undefined) chownSync(file, user.uid, user.gid);
  };
  await write(`extensions/${name}/dist/l10n/bundle.l10n.${id}.json`, texts);
  await write(`extensions/${name}/package.nls.${id}.json`, manifest);
  // What a language pack leaves out is English. VS Code knows a language by this list of the packs.
  await write('data/data/pack.json', { contents: {} });
  await write('data/data/languagepacks.json', {
    [id]: {
      hash: 'none',
      label: id,
      extensions: [{ extensionIdentifier: { id: `capwright.${id}` }, version: '0' }],
      translations: { vscode: join(directory, 'data/data/pack.json') },
    },
  });
}
