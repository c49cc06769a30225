/** The tools for language models, as an agent in VS Code invokes them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { agentInputs, type AgentTool } from '../../../extension/protocol/agentTools.ts';
import { vantageNamed } from '../vantage.ts';

const { trusted } = vantageNamed(process.env['CAPWRIGHT_VANTAGE'] ?? '');
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const program = join(folder, 'a $(program)');

async function ask(tool: AgentTool, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  return content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('');
}

describe('the tools for language models', () => {
  before(() => copyFileSync('/bin/true', program));
  after(() => rmSync(program));

  it('are those that VS Code offers of ours, each with a schema that says no more than is taken', () => {
    const ours = vscode.lm.tools.filter(({ name }) => name.startsWith('capwright_'));
    assert.deepEqual(ours.map(({ name }) => name).sort(), Object.keys(agentInputs).sort());
    for (const { name, inputSchema, description } of ours) {
      const { properties } = inputSchema as { readonly properties: Record<string, unknown> };
      const [, taken] = Object.entries(agentInputs).find(([each]) => each === name) ?? [];
      assert.deepEqual(Object.keys(properties).sort(), Object.keys(taken?.entries ?? {}).sort());
      assert.match(description, /run|start|attach/);
    }
  });

  it('check a program that is not run', async () => {
    const text = await ask('capwright_check_program', {
      program,
      operations: ['tun.create', 'socket.raw'],
    });
    assert.match(text, /^\S.*a \$\(program\) {3}/);
    assert.match(text, /^ {2}tun\.create .*terminal/m);
    assert.match(text, /^ {2}socket\.raw .*terminal/m);
    assert.doesNotMatch(text, /^ {2}bind\.low-port/m);
  });

  it('explain a message, alone and with the program that printed it', async () => {
    const message = 'ioctl(TUNSETIFF): Operation not permitted';
    assert.match(await ask('capwright_explain_error', { message }), /tun\.create/);
    const text = await ask('capwright_explain_error', { message, program });
    assert.match(text, /a \$\(program\) {3}/);
  });

  it('lint a unit file on the disk', async () => {
    const unit = join(folder, 'tunnel.service');
    writeFileSync(
      unit,
      '[Service]\nExecStart=/bin/true\nUser=daemon\nAmbientCapabilities=net_admin\n',
    );
    const text = await ask('capwright_lint_unit', { path: unit, systemdVersion: 257 });
    rmSync(unit);
    assert.match(text, /"net_admin" is no capability/);
    assert.match(text, /system manager, systemd 257/);
    assert.equal(text.includes('Restricted Mode'), !trusted);
  });

  it('read the credentials of a process, as /proc has them', async () => {
    const sleeper = spawn('sleep', ['1000']);
    await once(sleeper, 'spawn');
    const text = await ask('capwright_read_credentials', { processId: sleeper.pid });
    const status = readFileSync(`/proc/${String(sleeper.pid)}/status`, 'utf8');
    sleeper.kill();
    const bits = (name: string): bigint =>
      BigInt(`0x${new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1] ?? ''}`);
    for (const [set, field] of [
      ['effective', 'CapEff'],
      ['bounding', 'CapBnd'],
      ['ambient', 'CapAmb'],
    ] as const) {
      const said = new RegExp(`^ {2}${set} +(\\S+)`, 'm').exec(text)?.[1] ?? '';
      assert.equal(said === 'none' ? 0n : BigInt(said), bits(field), `${set} in ${text}`);
    }
    assert.match(text, new RegExp(`^  user id +real ${process.env['CAPWRIGHT_UID'] ?? ''},`, 'm'));
  });

  const wrong: readonly (readonly [AgentTool, object, RegExp])[] = [
    ['capwright_check_program', { program: 'target/tunnel' }, /program: is not an absolute path/],
    [
      'capwright_check_program',
      { program: '/nonexistent/x' },
      /"\/nonexistent\/x" does not exist\./,
    ],
    ['capwright_check_program', { program: '/etc' }, /is a directory, not a program/],
    [
      'capwright_check_program',
      { program: '/bin/true', operations: ['tun'] },
      /no operation "tun".*Known are tun\.create/,
    ],
    ['capwright_check_program', { program: '/bin/true', processId: 4194303 }, /cannot be read/],
    ['capwright_explain_error', { message: 'all is well' }, /No refusal that Capwright knows/],
    ['capwright_explain_error', { message: '' }, /message: is empty/],
    ['capwright_lint_unit', { path: 'vpn.service' }, /path: is not an absolute path/],
    ['capwright_lint_unit', { path: '/nonexistent/vpn.service' }, /vpn\.service/],
    [
      'capwright_lint_unit',
      { path: '/x.service', systemdVersion: 12 },
      /systemdVersion: is older than 245/,
    ],
    ['capwright_read_credentials', { processId: 4194303 }, /cannot be read/],
    ['capwright_read_credentials', { processId: 'self' }, /processId: is not a number/],
    ['capwright_read_credentials', {}, /processId/],
  ];
  for (const [tool, input, message] of wrong) {
    it(`tell an agent what is wrong with ${tool} ${JSON.stringify(input)}`, async () => {
      await assert.rejects(ask(tool, input), message);
    });
  }
});
