import { dirname, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cruise } from './cruise.ts';
import { Tree } from './tree.ts';

/** What each layer may import, written down a second time: here as a table, there as rules. */
const mayImport: Readonly<Record<string, string>> = {
  'extension/model': '',
  'extension/protocol': 'valibot',
  'extension/fixes': 'model',
  'extension/rules': 'model fixes',
  'extension/report': 'model fixes rules',
  'extension/probe': 'model protocol node valibot',
  'extension/app': 'model fixes rules report protocol probe node valibot',
  'extension/debug/adapter': 'model fixes rules report protocol probe app node valibot',
  'extension/cli': 'model fixes rules report protocol probe app debug/adapter node valibot',
  'extension/debug/host': 'model fixes rules report protocol probe app views node valibot vscode',
  'extension/views': 'model fixes rules report protocol probe app node valibot vscode',
  extension:
    'model fixes rules report protocol probe app debug/adapter cli debug/host views node valibot vscode',
  webview: 'model report/panelModel protocol/webview valibot',
};

/** What can be imported, by the name that it has in the table above. */
const targets: Readonly<Record<string, string>> = {
  model: 'extension/model/target.ts',
  protocol: 'extension/protocol/target.ts',
  'protocol/webview': 'extension/protocol/webview.ts',
  fixes: 'extension/fixes/target.ts',
  rules: 'extension/rules/target.ts',
  report: 'extension/report/target.ts',
  'report/panelModel': 'extension/report/panelModel.ts',
  probe: 'extension/probe/target.ts',
  app: 'extension/app/target.ts',
  cli: 'extension/cli/target.ts',
  'debug/adapter': 'extension/debug/adapter/target.ts',
  'debug/host': 'extension/debug/host/target.ts',
  views: 'extension/views/target.ts',
  extension: 'extension/extension.ts',
  webview: 'webview/target.ts',
  native: 'native/target.ts',
  test: 'test/target.ts',
  node: 'node:fs',
  valibot: 'valibot',
  vscode: 'vscode',
};

/** One file for each layer and each thing that it does not own. */
const importers = Object.keys(mayImport).flatMap((layer) =>
  Object.entries(targets)
    .filter(([, target]) => dirname(target) !== layer)
    .map(([name, target], index) => ({ layer, name, target, path: `${layer}/i${index}.ts` })),
);

const tree = new Tree(['.dependency-cruiser.mjs'], {
  ...Object.fromEntries(
    Object.values(targets)
      .filter((target) => target.endsWith('.ts'))
      .map((target) => [target, 'export type Target = 1;\n']),
  ),
  ...Object.fromEntries(
    importers.map(({ path, target }) => [path, importing(specifier(path, target))]),
  ),
  'test/cycle/one.ts': importing('./other.ts'),
  'test/cycle/other.ts': importing('./one.ts'),
  'test/dangling.ts': importing('./nowhere.ts'),
});
afterAll(() => tree.dispose());

const violations = cruise(tree, 'extension', 'webview', 'native', 'test');

test.each(Object.entries(mayImport))('%s may import exactly: %s', (layer, allowed) => {
  const mine = importers.filter((importer) => importer.layer === layer);
  const accepted = mine.filter(({ path }) => !violations.some(({ from }) => from === path));
  const expected = mine.filter(({ name }) =>
    allowed.split(' ').some((each) => name === each || name.startsWith(`${each}/`)),
  );
  expect(accepted.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
});

test('a cycle is refused, even of types', () => {
  const rules = violations.filter(({ from }) => from.startsWith('test/cycle/'));
  expect(rules.map(({ rule }) => rule)).toContain('no-cycle');
});

test('an import that leads nowhere is refused', () => {
  expect(violations).toContainEqual({ rule: 'no-dangling-import', from: 'test/dangling.ts' });
});

/** A file that imports a type: the weakest import there is. */
function importing(target: string): string {
  return `import type * as target from '${target}';\nexport type Target = typeof target;\n`;
}

function specifier(from: string, target: string): string {
  if (!target.endsWith('.ts')) return target;
  const path = relative(dirname(from), target);
  return path.startsWith('.') ? path : `./${path}`;
}
