/** What happens to a unit’s files on the disk while it is open, and what cannot be judged. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { diagnostics, lenses, replace, text, write } from './unitEditor.ts';

const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const { Information } = vscode.DiagnosticSeverity;
const unit = '[Service]\nExecStart=/usr/bin/true\nCapabilityBoundingSet=CAP_NET_ADMN\n';

describe('a unit file that is open', () => {
  const uri = vscode.Uri.file(join(folder, 'disk/tunnel.service'));
  const dropIns = join(folder, 'disk/tunnel.service.d');
  const dropIn = vscode.Uri.file(join(dropIns, '10-more.conf'));
  let document: vscode.TextDocument;

  beforeEach(async () => {
    write(uri, unit);
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await diagnostics(uri, (found) => found.length === 1);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(join(folder, 'disk'), { recursive: true });
  });

  it('is read again when drop-ins come, change and go', async () => {
    write(dropIn, '[Service]\nAmbientCapabilities=CAP_NET_RWA\n');
    await diagnostics(dropIn, (found) =>
      found.some(({ message }) => message.includes('CAP_NET_RWA')),
    );
    write(dropIn, '[Service]\nAmbientCapabilities=CAP_CHWON\n');
    await diagnostics(dropIn, (found) =>
      found.some(({ message }) => message.includes('CAP_CHWON')),
    );
    rmSync(dropIns, { recursive: true });
    await diagnostics(dropIn, (found) => found.length === 0);
    // Another directory of the same name is watched too.
    write(dropIn, '[Service]\nAmbientCapabilities=CAP_NET_RWA\n');
    await diagnostics(dropIn, (found) => found.some(({ message }) => message.includes('NET_RWA')));
    rmSync(dropIns, { recursive: true });
    write(dropIn, '[Service]\nAmbientCapabilities=CAP_CHWON\n');
    await diagnostics(dropIn, (found) => found.some(({ message }) => message.includes('CHWON')));
    write(dropIn, '[Service]\nAmbientCapabilities=CAP_KLIL\n');
    await diagnostics(dropIn, (found) => found.some(({ message }) => message.includes('KLIL')));
  });

  it('shows the finding of the last text, and none of an earlier one after a later one', async () => {
    const words = [
      'CAP_NET_ADMN',
      ...Array.from({ length: 12 }, (_, more) => `CAP_${'X'.repeat(more + 1)}`),
    ];
    const shown: number[] = [];
    const look = (): void => {
      for (const { message } of vscode.languages.getDiagnostics(uri)) {
        const word = /"(CAP_\w+)" is no capability/.exec(message)?.[1];
        if (word !== undefined) shown.push(words.indexOf(word));
      }
    };
    const listening = vscode.languages.onDidChangeDiagnostics(look);
    for (const [index, word] of words.slice(1).entries()) {
      await replace(document, words[index] ?? '', word);
      // As the surfaces do: they ask while it is being typed.
      void lenses(uri);
    }
    await diagnostics(uri, ([only]) => text(document, only) === words.at(-1));
    // Whatever was on its way has arrived with the answer to this.
    await lenses(uri);
    look();
    listening.dispose();
    assert.deepEqual(
      shown,
      shown.toSorted((one, other) => one - other),
    );
    assert.equal(shown.at(-1), words.length - 1);
  });

  it('says which drop-ins could not be read', async () => {
    write(dropIn, '[Service]\n');
    chmodSync(dropIn.fsPath, 0);
    write(vscode.Uri.file(join(dropIns, '20-long.conf')), `#${' '.repeat(1 << 20)}\n`);
    const found = await diagnostics(uri, (found) => found.length === 3);
    const remarks = found
      .filter(({ severity }) => severity === Information)
      .map(({ message }) => message);
    assert.match(
      remarks[0] ?? '',
      /^What a drop-in of tunnel\.service sets is not known: .*EACCES/,
    );
    assert.match(remarks[1] ?? '', /20-long\.conf is longer than 1 MiB\.$/);
  });

  it('says why nothing is judged', async () => {
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const change = new vscode.WorkspaceEdit();
    change.delete(uri, all);
    assert.ok(await vscode.workspace.applyEdit(change));
    const [masked] = await diagnostics(uri, ([first]) => first?.severity === Information);
    assert.match(masked?.message ?? '', /^The unit is masked, .*tunnel\.service is empty/);
    assert.deepEqual(await lenses(uri), []);
    const long = new vscode.WorkspaceEdit();
    long.insert(uri, new vscode.Position(0, 0), `${unit}#${' '.repeat(1 << 20)}\n`);
    assert.ok(await vscode.workspace.applyEdit(long));
    const [tooLong] = await diagnostics(uri, ([first]) => first?.message.includes('MiB') === true);
    assert.match(tooLong?.message ?? '', /cannot be read: .*is longer than 1 MiB/);
  });
});

describe('a unit file of the user manager', () => {
  const config = join(homedir(), '.config/systemd');
  let uri: vscode.Uri;
  let before: vscode.Uri;
  let count = 0;

  beforeEach(async function () {
    // The home of whoever runs the tests is not to be written to.
    const own = process.env['CAPWRIGHT_EDITOR_DIRECTORY'];
    if (own === undefined || !homedir().startsWith(own)) return this.skip();
    count += 1;
    const name = `tunnel${String(count)}.service`;
    uri = vscode.Uri.file(join(config, 'user', name));
    before = vscode.Uri.file(join(config, 'user.control', name));
    mkdirSync(join(config, 'user.control'), { recursive: true });
    write(uri, unit);
    await vscode.window.showTextDocument(uri);
    await diagnostics(uri, (found) => found.length > 0);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    rmSync(config, { recursive: true, force: true });
  });

  it('is said to be masked', async () => {
    symlinkSync('/dev/null', before.fsPath);
    const [only] = await diagnostics(uri, ([first]) => first?.severity === Information);
    assert.match(
      only?.message ?? '',
      /masked, .*user\.control\/tunnel\d\.service is empty or leads/,
    );
  });

  it('is said not to be the one that systemd reads', async () => {
    write(before, '[Service]\nExecStart=/usr/bin/true\n');
    const [only] = await diagnostics(uri, ([first]) => first?.severity === Information);
    assert.equal(
      only?.message,
      `systemd reads ${basename(uri.fsPath)} from ${before.fsPath}, not from this file.`,
    );
  });

  it('is said to be gone', async () => {
    rmSync(uri.fsPath);
    const [only] = await diagnostics(uri, ([first]) => first?.severity === Information);
    assert.ok(only?.message.endsWith(`${basename(uri.fsPath)}" was not found.`), only?.message);
  });

  it('has a template’s commands, and those of a unit that is refused, with their outcomes', async () => {
    const template = vscode.Uri.file(join(config, 'user/tunnel@.service'));
    write(
      template,
      '[Service]\nExecStart=/usr/bin/true %i\nExecStop=/usr/bin/true\nPrivateDevices=yes\n',
    );
    await vscode.window.showTextDocument(template);
    const titles = async (at: vscode.Uri): Promise<readonly string[]> =>
      (await lenses(at)).map(({ command }) => command?.title ?? '');
    const [start, stop, ...rest] = await titles(template);
    assert.match(start ?? '', /^\$\(\w+\)\u00a0/);
    assert.match(stop ?? '', /^\$\(\w+\)\u00a0/);
    assert.deepEqual(rest, []);
    const refused = vscode.Uri.file(join(config, 'user/refused.service'));
    write(refused, '[Service]\nExecStart=/usr/bin/true\nExecStart=/usr/bin/false\n');
    await vscode.window.showTextDocument(refused);
    const outcomes = await titles(refused);
    assert.deepEqual(outcomes.length, 2);
    for (const outcome of outcomes) assert.match(outcome, /does not start: bad-setting/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
