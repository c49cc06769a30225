/** Proves that the extension host is where the row of the table says: else the other tests test nothing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { vantageNamed } from '../vantage.ts';

/** linux/capability.h */
const capabilityNumber = new Map([['net_admin', 12n]]);

const vantage = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const uid = process.env['CAPWRIGHT_UID'];
const status = new Map(
  readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .map((line) => line.split(':\t'))
    .map(([key = '', value = '']) => [key, value]),
);

describe('the extension host', () => {
  it('runs as the chosen user, in a real VS Code with a file system', () => {
    assert.equal(status.get('Uid'), Array(4).fill(uid).join('\t'));
    assert.equal(vscode.env.appHost, 'server-distro');
    assert.equal(vscode.workspace.workspaceFolders?.[0]?.uri.scheme, 'file');
  });

  it('holds the capabilities of its vantage, and no others', () => {
    const bits = vantage.ambient.reduce((set, name) => {
      const number = capabilityNumber.get(name);
      assert.ok(number !== undefined, `what is the number of ${name}?`);
      return set | (1n << number);
    }, 0n);
    const set = bits.toString(16).padStart(16, '0');
    for (const key of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      assert.equal(status.get(key), set, key);
  });

  it('has no_new_privs as its vantage says', () => {
    assert.equal(status.get('NoNewPrivs'), vantage.noNewPrivs ? '1' : '0');
  });

  it('trusts the workspace as its vantage says', () => {
    assert.equal(vscode.workspace.isTrusted, vantage.trusted);
  });
});
