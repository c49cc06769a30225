import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { root } from './tree.ts';

/** All that is not ignored: what is committed, and what is about to be. */
const files = execFileSync(
  'git',
  // The checkout may be another user's: only names are read here.
  [
    ...(['-c', 'safe.directory=*'] as const),
    ...(['ls-files', '-z', '--cached', '--others', '--exclude-standard'] as const),
  ],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

test('the top level holds what the layout names, and dot files', () => {
  const named =
    /^([.].+|extension|native|webview|test|package([.]nls|-lock)?[.]json|README[.]md|LICENSE|CHANGELOG[.]md|.+[.]config[.](mjs|ts|json)|tsconfig[.]json|knip[.]jsonc)$/;
  const top = new Set(files.map((path) => path.split('/')[0] ?? ''));
  expect([...top].filter((name) => !named.test(name))).toEqual([]);
});

test('no file knows the machine it was written on, or a package registry', () => {
  const registry = /registry[.](npmjs|yarnpkg)[.]|npm[.]pkg[.]github/;
  const telling = files.filter((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return beginsPath(text, root) || beginsPath(text, homedir()) || registry.test(text);
  });
  expect(telling).toEqual([]);
});

test('a source is named in camelCase; a rule by its id', () => {
  const odd = files
    .filter((path) => /^(extension|webview|test)\/.*[.]ts$/.test(path))
    .filter((path) => !path.startsWith('test/corpus/'))
    .filter((path) => !/^[a-z][a-zA-Z0-9]*([.](test|bench|config|d))?[.]ts$/.test(basename(path)))
    .filter((path) => !/^extension\/rules\/((unit|networkd)\/)?[a-z]+(-[a-z]+)*[.]ts$/.test(path));
  expect(odd).toEqual([]);
});

test('every test file is run by a group of npm test', () => {
  const list = execFileSync(
    process.execPath,
    [join(root, 'node_modules/.bin/vitest'), 'list', '--filesOnly', '--json'],
    { cwd: root, encoding: 'utf8' },
  );
  const Listed = v.array(v.object({ file: v.string(), projectName: v.string() }));
  const run = v.parse(v.pipe(v.string(), v.parseJson(), Listed), list);
  const forgotten = files
    .filter((path) => /^test\/.*[.]test[.]ts$/.test(path))
    // Its own runner finds these by their folder.
    .filter((path) => !/^test\/editor\/(host|ui)\/[^/]+$/.test(path))
    .filter((path) => !run.some(({ file }) => file === join(root, path)));
  expect(forgotten).toEqual([]);
});

test('no test in the extension host hides the others', () => {
  const hiding = files
    .filter((path) => path.startsWith('test/editor/'))
    .filter((path) =>
      /\b(test|it|suite|describe)[.]only\b/.test(readFileSync(join(root, path), 'utf8')),
    );
  expect(hiding).toEqual([]);
});

/** Whether a path in the text begins with this folder; `self/root` in /proc is no home. */
function beginsPath(text: string, folder: string): boolean {
  return text
    .split(`${folder}/`)
    .slice(0, -1)
    .some((before) => !/[\w.~-]$/.test(before));
}
