import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeVsix, reading } from '../../.build/vsix.mjs';
import { root } from './tree.ts';

/** What ships. A new name here is a decision. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'dist/README.md',
  'dist/cli.mjs',
  'dist/core.cjs',
  'dist/dap.mjs',
  'dist/extension.cjs',
  'dist/helper.mjs',
  'dist/l10n/bundle.l10n.json',
  'dist/panel.js',
  'extension/media/container.svg',
  'extension/media/icon.png',
  'extension/media/panel.svg',
  'extension/media/walkthrough/check.png',
  'extension/media/walkthrough/debug.png',
  'extension/media/walkthrough/repair.png',
  'extension/media/walkthrough/why.png',
  'native/build/capwright-launch',
  'native/build/capwright_probe.node',
  'package.json',
  'package.nls.json',
];

const folder = mkdtempSync(join(tmpdir(), 'capwright-package-'));
const vsix = join(folder, 'capwright.vsix');

beforeAll(() => makeVsix(vsix));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the package holds these files and no other', () => {
  const listed = execFileSync(
    process.execPath,
    [join(root, 'node_modules/.bin/vsce'), 'ls', ...reading],
    { cwd: root, encoding: 'utf8' },
  );
  expect(listed.trim().split('\n').toSorted()).toEqual(shipped);
});

// What every window loads on the first unit file or command. What takes time is in core.cjs, which it loads late.
test('the bundle that VS Code loads first stays below 150 kB', () => {
  expect(statSync(join(root, 'dist/extension.cjs')).size).toBeLessThan(150_000);
});

// A fifth of it is the pictures of the walkthrough, which come from nowhere else.
test('the package stays below 1.2 MB', () => {
  expect(statSync(vsix).size).toBeLessThan(1_200_000);
});
