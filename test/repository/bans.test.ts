import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { Tree } from './tree.ts';

/** Code that must not pass, by what refuses it. The file's place decides which rules apply. */
const bans: readonly { readonly by: string; readonly path: string; readonly code: string }[] = [
  {
    by: 'no-restricted-imports',
    path: 'extension/probe/exec.ts',
    code: `import { exec } from 'node:child_process';\nexport const run = exec;\n`,
  },
  {
    by: 'no-restricted-imports',
    path: 'extension/probe/everything.ts',
    code: `import * as processes from 'node:child_process';\nexport const run = processes.spawn;\n`,
  },
  {
    by: 'no-restricted-imports',
    path: 'extension/probe/execa.ts',
    code: `import { execaCommand } from 'execa';\nexport const run = execaCommand;\n`,
  },
  {
    by: 'no-restricted-syntax',
    path: 'extension/probe/shell.ts',
    code: `import { spawn } from 'node:child_process';\nexport const run = () => spawn('ls', [], { shell: true });\n`,
  },
  {
    by: 'no-restricted-syntax',
    path: 'extension/probe/defaultExport.ts',
    code: `export default 1;\n`,
  },
  {
    by: 'no-restricted-syntax',
    path: 'extension/probe/enumeration.ts',
    code: `export enum Layer {\n  tun,\n}\n`,
  },
  {
    by: 'no-restricted-syntax',
    path: 'extension/views/bareWords.ts',
    code: `export const item = { label: 'Check Again' };\n`,
  },
  {
    by: 'no-restricted-syntax',
    path: 'extension/debug/host/bareSentence.ts',
    code: `import * as vscode from 'vscode';\nvoid vscode.window.showErrorMessage(\`\${1} could not be read\`);\n`,
  },
  {
    by: '@typescript-eslint/no-floating-promises',
    path: 'extension/probe/floating.ts',
    code: `export function forget(promise: Promise<void>): void {\n  promise;\n}\n`,
  },
  {
    by: '@typescript-eslint/no-misused-promises',
    path: 'extension/probe/misused.ts',
    code: `export const misuse = (promise: Promise<void>) => (promise ? 1 : 2);\n`,
  },
  {
    by: '@typescript-eslint/switch-exhaustiveness-check',
    path: 'extension/probe/switch.ts',
    code: `export function of(layer: 'tun' | 'tap'): number {\n  let result = 0;\n  switch (layer) {\n    case 'tun':\n      result = 1;\n  }\n  return result;\n}\n`,
  },
  {
    by: '@typescript-eslint/consistent-type-imports',
    path: 'extension/probe/typeImport.ts',
    code: `import { Stats } from 'node:fs';\nexport type Copy = Stats;\n`,
  },
  {
    by: '@typescript-eslint/no-unsafe-type-assertion',
    path: 'extension/probe/cast.ts',
    code: `export const cast = (value: unknown) => value as string;\n`,
  },
  {
    by: '@typescript-eslint/no-explicit-any',
    path: 'extension/probe/any.ts',
    code: `export const any = (value: any): number => (value === 1 ? 1 : 2);\n`,
  },
  {
    by: 'no-console',
    path: 'extension/probe/console.ts',
    code: `console.log('stdout is for replies');\n`,
  },
  {
    by: 'no-restricted-globals',
    path: 'extension/model/clock.ts',
    code: `export const now = () => Date.now();\n`,
  },
  {
    by: 'no-restricted-properties',
    path: 'extension/rules/chance.ts',
    code: `export const chance = () => Math.random();\n`,
  },
  {
    by: 'TS2591',
    path: 'extension/model/node.ts',
    code: `import 'node:fs';\nexport const id = process.pid;\n`,
  },
  {
    by: 'TS2584',
    path: 'extension/report/dom.ts',
    code: `export const title = () => document.title;\n`,
  },
  { by: 'TS2591', path: 'webview/node.ts', code: `export const id = process.pid;\n` },
  {
    by: 'TS1294',
    path: 'extension/app/namespace.ts',
    code: `export namespace A {\n  export const b = 1;\n}\n`,
  },
];

const tree = new Tree(
  ['eslint.config.mjs', 'tsconfig.json', '.build/typescript'],
  Object.fromEntries(bans.map(({ path, code }) => [path, code])),
);
afterAll(() => tree.dispose());

const LintReport = v.array(
  v.object({
    filePath: v.string(),
    messages: v.array(v.object({ ruleId: v.nullable(v.string()) })),
  }),
);

const refusals = new Map<string, readonly string[]>();
const lint = tree.run('eslint', '--format=json', 'extension');
for (const { filePath, messages } of v.parse(
  v.pipe(v.string(), v.parseJson(), LintReport),
  lint.stdout,
))
  refuse(
    filePath.slice(tree.path.length + 1),
    messages.flatMap(({ ruleId }) => ruleId ?? []),
  );
const compilation = tree.run('tsc', '--build', '--pretty', 'false');
for (const [, path = '', code = ''] of compilation.stdout.matchAll(
  /^(.+)\(\d+,\d+\): error (TS\d+)/gm,
))
  refuse(path, [code]);

test.each(bans)('$path is refused by $by', ({ by, path }) => {
  expect(refusals.get(path)).toContain(by);
});

function refuse(path: string, by: readonly string[]): void {
  refusals.set(path, [...(refusals.get(path) ?? []), ...by]);
}
