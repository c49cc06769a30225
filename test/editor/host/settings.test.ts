/**
 * Every setting: who may set it, and that of a wrong value VS Code says what it may be, that it counts as not set, and
 * that it stays as it was written.
 */
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

interface Case {
  /** `resource` is anybody’s, `machine` and `application` the user’s alone. */
  readonly scope: 'resource' | 'machine' | 'application';
  readonly wrong: unknown;
  readonly told: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'capwright.programs': {
    scope: 'resource',
    wrong: 'build/tunnel',
    told: /Incorrect type\. Expected "array"/,
  },
  'capwright.operations': {
    scope: 'resource',
    wrong: ['tun.crate'],
    told: /Valid values:.*"tun\.create"/,
  },
  'capwright.capabilities': {
    scope: 'resource',
    wrong: ['net_amin'],
    told: /The name of a capability, such as cap_net_admin\./,
  },
  'capwright.elevation': {
    scope: 'machine',
    wrong: 'su',
    told: /Valid values: "sudo", "pkexec"/,
  },
  'capwright.onRebuild': {
    scope: 'application',
    wrong: 'tell',
    told: /Valid values: "nothing", "notify", "setcap", "launcher"/,
  },
  'capwright.unit.manager': {
    scope: 'resource',
    wrong: 'users',
    told: /Valid values:.*"system", "user"/,
  },
  'capwright.unit.systemdVersion': {
    scope: 'resource',
    wrong: 12,
    told: /Value is below the minimum of 245/,
  },
};
const resource = Object.entries(cases).filter(([, { scope }]) => scope === 'resource');
const ofUser = Object.entries(cases).filter(([, { scope }]) => scope !== 'resource');

it('each setting has its scope, and a case here', () => {
  const manifest = vscode.extensions.getExtension('capwright.capwright')?.packageJSON as {
    readonly contributes: {
      readonly configuration: { readonly properties: Record<string, { readonly scope: string }> };
    };
  };
  const { properties } = manifest.contributes.configuration;
  const scopes = (all: Readonly<Record<string, { readonly scope: string }>>) =>
    Object.fromEntries(Object.entries(all).map(([name, { scope }]) => [name, scope]));
  assert.deepEqual(scopes(properties), scopes(cases));
});

describe('a setting of the workspace', () => {
  // In Restricted Mode VS Code leaves out those that it does not take from the workspace.
  if (!trusted) return;
  /** Right, but not the workspace’s to set. */
  const users = { 'capwright.elevation': 'pkexec', 'capwright.onRebuild': 'setcap' };
  const wrong = Object.fromEntries(resource.map(([setting, { wrong: value }]) => [setting, value]));
  const content = JSON.stringify({ ...users, ...wrong }, null, 2);
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

  it('is told on its line where it is wrong, with what it may be', async () => {
    const document = await vscode.workspace.openTextDocument(other);
    await vscode.window.showTextDocument(document);
    for (const [setting, { told }] of resource) await isTold(document, setting, told);
  });

  it('counts as not set where it is wrong, and is left as it was written: of units', async () => {
    const document = await vscode.workspace.openTextDocument(unit);
    await vscode.window.showTextDocument(document);
    const [lens] = await lenses(unit);
    assert.match(lens?.command?.tooltip ?? '', /^vpn\.service, system manager, systemd \d{3}$/);
    assert.equal(readFileSync(file.fsPath, 'utf8'), content);
  });

  it('counts as not set where it is wrong: of operations, so that a TUN device is judged', async () => {
    const program = vscode.Uri.file('/bin/true');
    await vscode.commands.executeCommand('capwright.checkTunPermissions', program);
    await vscode.commands.executeCommand('capwright.copyReport');
    assert.match(await vscode.env.clipboard.readText(), /Creating a TUN device/);
  });

  it('counts as not set where it is the user’s alone', () => {
    assert.deepEqual(
      Object.keys(users),
      ofUser.map(([setting]) => setting),
    );
    const configuration = vscode.workspace.getConfiguration();
    for (const setting of Object.keys(users)) {
      assert.equal(configuration.get(setting), configuration.inspect(setting)?.defaultValue);
    }
  });
});

describe('a setting of the user’s alone', () => {
  // In Restricted Mode VS Code asks nobody for tasks.
  if (!trusted) return;
  const set = (setting: string, value: unknown) =>
    vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const [setting] of ofUser) await set(setting, undefined);
  });

  for (const [setting, { scope, wrong, told }] of ofUser) {
    it(`is told on its line where it is wrong, with what it may be: ${setting}`, async () => {
      await set(setting, wrong);
      assert.deepEqual(vscode.workspace.getConfiguration().get(setting), wrong);
      const opens = scope === 'machine' ? 'openRemoteSettingsFile' : 'openSettingsJson';
      await isTold(await shown(`workbench.action.${opens}`), setting, told);
    });
  }

  it('counts as not set where it is wrong: of the elevation, which is sudo', async () => {
    await vscode.commands.executeCommand('capwright.selectProgram', vscode.Uri.file('/bin/true'));
    const vectors = (await vscode.tasks.fetchTasks({ type: 'capwright' })).map(({ execution }) =>
      execution instanceof vscode.ProcessExecution ? execution.args.join(' ') : '',
    );
    const elevated = vectors.filter((vector) => vector.includes('--elevation'));
    assert.equal(elevated.length, 2);
    for (const vector of elevated) assert.match(vector, / --elevation sudo /);
  });
});

/** What VS Code says on the line of a setting. */
async function isTold(document: vscode.TextDocument, setting: string, told: RegExp): Promise<void> {
  const lines = document.getText().split('\n');
  const line = lines.findIndex((text) => text.includes(`"${setting}"`));
  const below = lines.findIndex((text, at) => at > line && /^ *"[^"]+":/.test(text));
  const onIt = (found: readonly vscode.Diagnostic[]): readonly vscode.Diagnostic[] =>
    found.filter(({ range: { start } }) => start.line >= line && (below < 0 || start.line < below));
  const found = onIt(await diagnostics(document.uri, (all) => onIt(all).length > 0, null));
  assert.match(`${setting}: ${found.map(({ message }) => message).join('\n')}`, told);
}

/** The settings as a document, which the command shows. */
async function shown(command: string): Promise<vscode.TextDocument> {
  const opened = new Promise<vscode.TextDocument>((resolve) => {
    const listening = vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (!editor?.document.uri.path.endsWith('/settings.json')) return;
      listening.dispose();
      resolve(editor.document);
    });
  });
  await vscode.commands.executeCommand(command);
  return opened;
}

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
