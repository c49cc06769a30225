/** The first file in order: nothing else may have asked for the extension before. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('activation', () => {
  it('waits until somebody asks for something', async () => {
    const extension = vscode.extensions.getExtension('capwright.capwright');
    assert.ok(extension, 'it is not installed');
    assert.equal(extension.isActive, false);
    await vscode.commands.executeCommand('capwright.showLog');
    assert.equal(extension.isActive, true);
  });

  it('finds every text of its manifest', () => {
    const extension = vscode.extensions.getExtension('capwright.capwright');
    const texts = JSON.stringify(extension?.packageJSON).match(/"%[^"]*%"/g);
    assert.deepEqual(texts, null);
  });
});
