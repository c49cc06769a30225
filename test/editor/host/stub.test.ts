import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the stub', () => {
  it('is active and has its commands', async () => {
    const extension = vscode.extensions.getExtension('capwright.stub');
    await extension?.activate();
    const commands = await vscode.commands.getCommands(true);
    for (const id of ['stub.choose', 'stub.panel', 'stub.file'])
      assert.ok(commands.includes(id), id);
  });
});
