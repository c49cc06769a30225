/** Another extension for unit files is installed: both are seen, and nothing of ours is seen twice. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';
import { codeActions, completions, diagnostics, hover, lenses, text, write } from './unitEditor.ts';

const { besideOthers } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const unit = '[Service]\nExecStart=/usr/bin/true\nCapabilityBoundingSet=CAP_NET_ADMN\n';

if (besideOthers) {
  describe('beside another extension', () => {
    const uri = vscode.Uri.file(join(folder, 'beside/tunnel.service'));

    afterEach(async () => {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      rmSync(join(folder, 'beside'), { recursive: true, force: true });
    });

    it('both show what they have, each once', async () => {
      write(uri, unit);
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.languageId, 'systemd-unit');
      await vscode.window.showTextDocument(document);
      await diagnostics(uri, (found) => found.length === 1);
      await diagnostics(uri, (found) => found.length === 1, 'stand-in');
      const sources = vscode.languages.getDiagnostics(uri).map(({ source }) => source);
      assert.deepEqual(sources.toSorted(), ['Capwright', 'stand-in']);

      const set = new vscode.Position(2, 3);
      const hovers = await hover(uri, set);
      assert.equal(hovers.split('In effect:').length - 1, 1, hovers);
      assert.equal(hovers.split('stand-in hover').length - 1, 1, hovers);

      const labels = await completions(uri, new vscode.Position(2, 22));
      const count = (label: string): number => labels.filter((each) => each === label).length;
      assert.deepEqual([count('CAP_NET_ADMIN'), count('StandInDirective')], [1, 1]);

      assert.equal((await lenses(uri)).length, 1);
      const [finding] = await diagnostics(uri, (found) => found.length === 1);
      const titles = (await codeActions(uri, finding)).map(({ title }) => title);
      assert.deepEqual(titles.toSorted(), [...new Set(titles)].toSorted());
      assert.ok(titles.includes('Write CAP_NET_ADMIN'));
    });

    it('a text that is in no file yet is read as the unit that its comment names', async () => {
      const content = `# capwright: unit vpn@.service\n# capwright: user\n${unit}`;
      const document = await vscode.workspace.openTextDocument({
        language: 'systemd-unit',
        content,
      });
      await vscode.window.showTextDocument(document);
      const found = await diagnostics(document.uri, (all) => all.length > 0);
      const misspelt = found.find(({ message }) => message.includes('"CAP_NET_ADMN"'));
      assert.equal(text(document, misspelt), 'CAP_NET_ADMN');
      const [lens] = await lenses(document.uri);
      assert.match(lens?.command?.tooltip ?? '', /^vpn@\.service, user manager, systemd \d+$/);
      const fix = (await codeActions(document.uri, misspelt)).find(
        ({ title }) => title === 'Write CAP_NET_ADMIN',
      );
      assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
      assert.match(document.getText(), /^CapabilityBoundingSet=CAP_NET_ADMIN$/m);
      await diagnostics(document.uri, (all) =>
        all.every(({ message }) => !message.includes('CAP_NET_ADMN')),
      );
    });

    it('a text without a name is read as a service', async () => {
      const document = await vscode.workspace.openTextDocument({
        language: 'systemd-unit',
        content: unit,
      });
      await vscode.window.showTextDocument(document);
      await diagnostics(document.uri, (all) => all.length === 1);
      const [lens] = await lenses(document.uri);
      assert.match(lens?.command?.tooltip ?? '', /^Untitled-\d+\.service, system manager/);
    });
  });
}
