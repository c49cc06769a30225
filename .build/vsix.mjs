// The .vsix: what people install, and what the workbench's tests install.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { arch, execPath } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';

/** VS Code's name for the machines that the native parts are built for here. */
export const target = `linux-${arch === 'arm' ? 'armhf' : arch}`;

/** The README as it ships, from the repository's top. */
const readme = 'dist/README.md';

/** How vsce is to read this repository, whatever it does. */
export const reading = [
  // Everything is bundled, so no package goes with it.
  '--no-dependencies',
  ...['--readme-path', readme],
];

/**
 * Packages what is built.
 * @param {string} file where to
 */
export async function makeVsix(file) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(join(root, readme), await packagedReadme());
  await run(
    [
      ...[execPath, join(root, 'node_modules/.bin/vsce'), 'package', ...reading],
      ...['--target', target, '--out', file],
    ],
    { cwd: root },
  );
}

/**
 * VS Code shows an installed README with the pictures that have an https: address, which ours have not, and
 * knows no place for relative links: pictures are left out, and such links are their words. vsce refuses
 * what is left over.
 */
async function packagedReadme() {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  return text
    .replaceAll(/^!\[[^\]]*\]\([^)]+\)\n\n?/gm, '')
    .replaceAll(/\[([^\]]+)\]\((?!\w+:|#)[^)]+\)/g, '$1');
}
