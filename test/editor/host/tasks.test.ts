import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';
import { diagnostics } from './unitEditor.ts';

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

/** Once VS Code has read it from tasks.json. */
async function taskNamed(name: string): Promise<vscode.Task> {
  for (;;) {
    const tasks = await vscode.tasks.fetchTasks();
    const task = tasks.find((each) => each.name === name);
    if (task !== undefined) return task;
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
      return execution.args.slice(3);
    });
    const setcap = ['setcap', '--elevation', 'sudo'];
    assert.deepEqual(vectors.sort(), [
      ['run', '--caps', 'cap_net_admin', '--', path],
      [...setcap, '--', 'cap_net_admin=ep', path],
      [...setcap, '--remove', '--', path],
    ]);
  });

  it('are not offered where VS Code would put something else in the place of the name', async () => {
    assert.deepEqual(await tasksFor('${env:HOME}'), []);
  });

  it('runs a program of tasks.json with ambient capabilities, each argument a word', async () => {
    const script =
      'grep -E "Uid|CapAmb" /proc/self/status; echo "main.go:7: $1: permission denied"';
    const definition = {
      ...{ type: 'capwright', task: 'run', program: '/bin/sh' },
      ...{ with: 'sandbox', capabilities: ['cap_net_raw'] },
      args: ['-c', `{ ${script}; } | tee seen; exit 42`, 'sh', `it's "$2" \${workspaceFolder}`],
    };
    const file = join(folder, '.vscode/tasks.json');
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, 'main.go'), '');
    writeFileSync(
      file,
      JSON.stringify({ version: '2.0.0', tasks: [{ ...definition, label: 'mine' }] }),
    );
    try {
      const task = await taskNamed('mine');
      const ended = new Promise<number | undefined>((resolve) => {
        const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution.task.name !== 'mine') return;
          listening.dispose();
          resolve(exitCode);
        });
      });
      await vscode.tasks.executeTask(task);
      assert.equal(await ended, 42);
      const seen = readFileSync(join(folder, 'seen'), 'utf8');
      assert.match(seen, /^CapAmb:\t0000000000002000$/m);
      assert.match(seen, new RegExp(`^Uid:\\t${String(process.getuid?.())}\\t`, 'm'));
      assert.ok(seen.includes(`it's "$2" ${folder}: permission denied`), seen);
      const main = vscode.Uri.file(join(folder, 'main.go'));
      const [found] = await diagnostics(main, ({ length }) => length > 0, 'capwright');
      assert.equal(found?.range.start.line, 6);
    } finally {
      for (const name of ['.vscode', 'main.go', 'seen'])
        rmSync(join(folder, name), { recursive: true });
    }
  });
});
