/** Files of systemd-networkd as VS Code’s own commands find them. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  codeActions,
  codeOf,
  diagnostics,
  hover,
  lenses,
  position,
  replace,
  text,
  write,
} from './unitEditor.ts';

const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

describe('a .netdev file', () => {
  const uri = vscode.Uri.file(join(folder, 'networkd/50-vpn.netdev'));
  const network = vscode.Uri.file(join(folder, 'networkd/50-vpn.network'));
  const ofContainers = vscode.Uri.file(join(folder, 'networkd/pod.network'));
  let document: vscode.TextDocument;

  before(() => {
    write(uri, '[NetDev]\nName=vpn0\nKind=tun\n\n[Tap]\nUser=root\n');
    write(network, '[Match]\nType=tun\n\n[Network]\nAddress=10.9.0.1/24\n');
    write(ofContainers, '[Network]\nSubnet=10.9.0.0/24\n');
  });
  beforeEach(async () => {
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(join(folder, 'networkd'), { recursive: true });
  });

  it('has its finding, and the repair that does away with it', async () => {
    const [found] = await diagnostics(uri, (all) => all.length === 1);
    assert.ok(found);
    assert.equal(codeOf(found), 'netdev-section-of-other-kind');
    assert.equal(text(document, found), 'Tap');
    const actions = await codeActions(uri, found);
    const fix = actions.find(({ title }) => title === 'Write [Tun]');
    assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
    await diagnostics(uri, (all) => all.length === 0);
    assert.match(document.getText(), /^\[Tun\]\nUser=root$/m);
  });

  it('tells above it what becomes of it, as it is typed', async () => {
    await replace(document, 'Tap', 'Tun');
    const [lens] = await lenses(uri);
    assert.equal(lens?.command?.title, '$(shield)\u00a0makes vpn0, a TUN device · root may attach');
    assert.match(lens.command.tooltip ?? '', /^50-vpn\.netdev, systemd-networkd \d+$/);
    await replace(document, 'Name=vpn0', 'Name=');
    const [other] = await lenses(uri);
    assert.match(other?.command?.title ?? '', /^\$\(error\)\u00a0makes nothing: it has no Name=/);
  });

  it('tells what a setting does and amounts to', async () => {
    await replace(document, 'Tap', 'Tun');
    const found = await hover(uri, position(document, 'User'));
    assert.match(found, /\[Tun\] User=/);
    assert.match(found, /TUNSETOWNER.*In effect: `root`/);
    assert.match(found, /systemd\.netdev\.html#User=/);
  });

  it('leads to the page of the rule', async () => {
    const path = '/netdev-section-of-other-kind.md';
    const page = vscode.Uri.from({ scheme: 'capwright-rule', path });
    assert.match((await vscode.workspace.openTextDocument(page)).getText(), /^# The section of/);
  });

  it('and so has the .network file beside it, but not one that is for containers', async () => {
    const pod = await vscode.workspace.openTextDocument(ofContainers);
    const beside = await vscode.workspace.openTextDocument(network);
    const [found] = await diagnostics(network, (all) => all.length === 1);
    assert.ok(found);
    assert.equal(codeOf(found), 'network-kind-never-matches');
    assert.equal(text(beside, found), 'tun');
    assert.deepEqual(await lenses(pod.uri), []);
    assert.deepEqual(vscode.languages.getDiagnostics(pod.uri), []);
  });
});
