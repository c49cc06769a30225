import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('activates and registers every command of its manifest, whoever runs it', async () => {
    const extension = vscode.extensions.getExtension('capwright.capwright');
    assert.ok(extension, 'it is not installed');
    await extension.activate();
    assert.deepEqual(
      (await vscode.commands.getCommands(true))
        .filter((id) => promised(extension).includes(id))
        .sort(),
      promised(extension).sort(),
    );
  });
});

function promised(extension: vscode.Extension<unknown>): string[] {
  const manifest = extension.packageJSON as {
    readonly contributes: { readonly commands: readonly { readonly command: string }[] };
  };
  return manifest.contributes.commands.map(({ command }) => command);
}
