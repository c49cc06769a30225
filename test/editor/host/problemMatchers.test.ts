/** What tasks print becomes problems, each on its line. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';
import { diagnostics, write } from './unitEditor.ts';

const { trusted } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const [folder] = vscode.workspace.workspaceFolders ?? [];
const root = folder?.uri.fsPath ?? '';

const rows: readonly (readonly [matcher: string, printed: string, file: string, line: number])[] = [
  [
    '$capwright-lint',
    `${join(root, 'a.service')}:3:1: error: CAP_NET_ADMIN is not in the bounding set [bounding-set-lacks-wanted]`,
    ...(['a.service', 2] as const),
  ],
  ['$capwright-refused', 'main.go:12: listen tcp :80: bind: permission denied', 'main.go', 11],
  [
    '$capwright-refused',
    '2026/11/25 12:00:00 tun.go:7: TUNSETIFF: operation not permitted',
    ...(['tun.go', 6] as const),
  ],
  ['$capwright-refused', 'prog:main.c:31: bind: Permission denied', 'main.c', 30],
  [
    '$capwright-rust-panic',
    `thread 'main' panicked at src/main.rs:4:37:\ncalled \`Result::unwrap()\` on an \`Err\` value: Os { code: 1, kind: PermissionDenied, message: "Operation not permitted" }`,
    ...(['src/main.rs', 3] as const),
  ],
];

// In Restricted Mode VS Code runs no task.
describe('a problem matcher', () => {
  if (!trusted || folder === undefined) return;
  for (const [matcher, printed, file, line] of rows) {
    it(`${matcher} reads ${JSON.stringify(printed.slice(0, 40))}`, async () => {
      const uri = vscode.Uri.file(join(root, file));
      // A relative path is known by there being such a file.
      write(uri, '');
      const execution = new vscode.ProcessExecution('printf', ['%s\n', printed]);
      const task = new vscode.Task(
        { type: 'process' },
        folder,
        matcher,
        'test',
        execution,
        matcher,
      );
      await vscode.tasks.executeTask(task);
      const [found] = await diagnostics(uri, ({ length }) => length > 0, 'capwright');
      rmSync(join(root, file));
      assert.equal(found?.range.start.line, line);
      assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    });
  }
});
