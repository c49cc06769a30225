import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './tree.ts';

/** What ships. A new name here is a decision. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/cli.mjs',
  'dist/core.cjs',
  'dist/extension.cjs',
  'dist/helper.mjs',
  'dist/panel.js',
  'extension/media/container.svg',
  'extension/media/icon.png',
  'extension/media/panel.svg',
  'native/build/capwright-launch',
  'native/build/capwright_probe.node',
  'package.json',
  'package.nls.json',
];

test('the package holds these files and no other', () => {
  const listed = execFileSync(
    process.execPath,
    [join(root, 'node_modules/.bin/vsce'), 'ls', '--no-dependencies'],
    { cwd: root, encoding: 'utf8' },
  );
  expect(listed.trim().split('\n').toSorted()).toEqual(shipped);
});
