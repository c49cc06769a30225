import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';

const { trusted } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

async function tasksFor(name: string): Promise<readonly vscode.Task[]> {
  const program = join(folder, name);
  copyFileSync('/bin/true', program);
  try {
    await vscode.commands.executeCommand('capwright.selectProgram', vscode.Uri.file(program));
    return await vscode.tasks.fetchTasks({ type: 'capwright' });
  } finally {
    rmSync(program);
  }
}

// In Restricted Mode VS Code itself asks for trust before it asks anybody for tasks.
describe('the tasks', () => {
  if (!trusted) return;
  const hostile = `-it's "a" $(touch pwned)`;

  it('are argument vectors, in which a hostile name is one word', async () => {
    const path = join(folder, hostile);
    const vectors = (await tasksFor(hostile)).map(({ execution }) => {
      assert.ok(execution instanceof vscode.ProcessExecution);
      assert.equal(execution.process, 'env');
      return execution.args.slice(execution.args.indexOf('setcap'));
    });
    const setcap = ['setcap', '--elevation', 'sudo'];
    assert.deepEqual(vectors.sort(), [
      [...setcap, '--', 'cap_net_admin=ep', path],
      [...setcap, '--remove', '--', path],
    ]);
  });

  it('are not offered where VS Code would put something else in the place of the name', async () => {
    assert.deepEqual(await tasksFor('${env:HOME}'), []);
  });
});
