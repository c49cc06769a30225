/** Settings that are wrong: VS Code says on each what it may be, they count as not set, and stay as they were written. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';
import { diagnostics, lenses, write } from './unitEditor.ts';

const { trusted } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = vscode.Uri.file(join(folder, '.vscode/settings.json'));
/** What is open, VS Code writes settings into no more once it is gone: so another folder’s is looked at. */
const other = vscode.Uri.file(join(folder, 'settings/.vscode/settings.json'));
const unit = vscode.Uri.file(join(folder, 'settings/vpn.service'));

const wrong = [
  {
    setting: 'capwright.programs',
    value: 'build/tunnel',
    told: /Incorrect type\. Expected "array"/,
  },
  { setting: 'capwright.operations', value: ['tun.crate'], told: /Valid values:.*"tun\.create"/ },
  {
    setting: 'capwright.capabilities',
    value: ['CAP_NET_ADMIN'],
    told: /The name of a capability, such as cap_net_admin\./,
  },
  { setting: 'capwright.unit.manager', value: 'users', told: /Valid values:.*"system", "user"/ },
  { setting: 'capwright.unit.systemdVersion', value: '257', told: /Valid values: "auto"/ },
];

describe('a wrong setting', () => {
  // In Restricted Mode VS Code leaves out those that it does not take from the workspace.
  if (!trusted) return;
  const content = JSON.stringify(
    Object.fromEntries(wrong.map(({ setting, value }) => [setting, value])),
    null,
    2,
  );
  before(async () => {
    await configured(() => write(file, content));
    write(other, content);
    write(unit, '[Service]\n# capwright: wants tun.create\nExecStart=/bin/true\n');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await configured(() => rmSync(join(folder, '.vscode'), { recursive: true }));
    rmSync(join(folder, 'settings'), { recursive: true });
  });

  it('is told on its line, with what it may be', async () => {
    const document = await vscode.workspace.openTextDocument(other);
    await vscode.window.showTextDocument(document);
    const found = await diagnostics(other, ({ length }) => length >= wrong.length, null);
    for (const { setting, told } of wrong) {
      const line = content.split('\n').findIndex((text) => text.includes(setting));
      const below = content.split('\n').findIndex((text, at) => at > line && /^ {2}\S/.test(text));
      const messages = found
        .filter(({ range }) => range.start.line >= line)
        .filter(({ range }) => below === -1 || range.start.line < below)
        .map(({ message }) => message);
      assert.match(`${setting}: ${messages.join('\n')}`, told);
    }
  });

  it('counts as not set, and is left as it was written', async () => {
    const document = await vscode.workspace.openTextDocument(unit);
    await vscode.window.showTextDocument(document);
    const [lens] = await lenses(unit);
    assert.match(lens?.command?.tooltip ?? '', /^vpn\.service, system manager, systemd \d+$/);
    assert.equal(readFileSync(file.fsPath, 'utf8'), content);
  });
});

/** Until VS Code has read what the change makes of the settings. */
async function configured(change: () => void): Promise<void> {
  const read = new Promise<void>((resolve) => {
    const listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('capwright.unit.systemdVersion')) return;
      listening.dispose();
      resolve();
    });
  });
  change();
  await read;
}
