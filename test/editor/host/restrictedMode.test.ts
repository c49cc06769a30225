import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createAdapterFactory } from '../../../extension/debug/host/adapterFactory.ts';
import { vantageNamed } from '../vantage.ts';

const { trusted } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

describe('the workspace', () => {
  it(`${trusted ? 'may' : 'may not'} name the program that is checked`, async () => {
    // Another setting of the same file tells when it has been read.
    const read = new Promise<void>((resolve) => {
      const listening = vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('editor.rulers')) return;
        listening.dispose();
        resolve();
      });
    });
    const settings = join(folder, '.vscode');
    mkdirSync(settings, { recursive: true });
    writeFileSync(
      join(settings, 'settings.json'),
      JSON.stringify({ 'capwright.programs': ['/bin/true'], 'editor.rulers': [Date.now()] }),
    );
    await read;
    const programs = vscode.workspace.getConfiguration('capwright').get('programs');
    rmSync(settings, { recursive: true });
    assert.deepEqual(programs, trusted ? ['/bin/true'] : []);
  });

  it(`${trusted ? 'may' : 'may not'} have a debug adapter started`, () => {
    const log = vscode.window.createOutputChannel('test', { log: true });
    const factory = createAdapterFactory({ commandLine: '/nonexistent/cli.mjs', log });
    const configuration = { type: 'capwright', request: 'launch', name: 'any' };
    const ask = (): unknown =>
      factory.createDebugAdapterDescriptor({ configuration } as vscode.DebugSession, undefined);
    if (trusted) assert.ok(ask() instanceof vscode.DebugAdapterExecutable);
    else assert.throws(ask, /Restricted Mode/);
    log.dispose();
  });

  if (trusted) return;

  it('has nothing run in Restricted Mode, while checking still works', async () => {
    const started: string[] = [];
    const listening = vscode.tasks.onDidStartTask(({ execution }) =>
      started.push(execution.task.name),
    );
    const program = join(folder, 'program');
    copyFileSync('/bin/true', program);
    const uri = vscode.Uri.file(program);
    await vscode.commands.executeCommand('capwright.checkTunPermissions', uri);
    await vscode.commands.executeCommand('capwright.copyReport');
    await vscode.commands.executeCommand('capwright.setFileCapabilities', uri);
    await vscode.commands.executeCommand('capwright.removeFileCapabilities', uri);
    await vscode.commands.executeCommand('capwright.runFix', 'terminal tun.create 0');
    listening.dispose();
    rmSync(program);
    assert.deepEqual(started, []);
    assert.deepEqual(vscode.window.terminals, []);
    assert.match(await vscode.env.clipboard.readText(), /^\| Terminal \| EPERM \|/m);
  });
});
