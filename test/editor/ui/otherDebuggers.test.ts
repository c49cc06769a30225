/**
 * Debuggers of other extensions, as a person has them: js-debug, which comes with the editor, on a Node program
 * that takes a low port.
 */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAP_NET_BIND_SERVICE } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import {
  holding,
  isNobody,
  lineWith,
  openDebuggingBench,
  uid,
  type DebuggingBench,
} from './debuggingBench.ts';
import type { Workbench } from './workbench.ts';

const source = `const server = require('node:net').createServer();
server.on('error', ({ code }) => console.log('port 80: ' + code));
server.listen(80, '127.0.0.1', () => {
  console.log('port 80 is ours, user ' + process.getuid());
  setInterval(() => undefined, 1000);
});
`;
const inside = lineWith(source, 'is ours');

const node = {
  type: 'node',
  request: 'launch',
  program: '${workspaceFolder}/server.js',
  runtimeExecutable: '${workspaceFolder}/runtime/node',
};
const wanted = { type: 'capwright', request: 'launch', capabilities: ['net_bind_service'] };
const configurations = [
  { ...node, name: 'plain' },
  { ...wanted, name: 'rewritten', base: node },
  { ...wanted, name: 'through npm', base: { ...node, runtimeExecutable: 'npm' } },
  { ...node, name: 'capable', runtimeExecutable: '${workspaceFolder}/capable/node' },
  { ...node, name: 'low ports', runtimeExecutable: '${workspaceFolder}/lowPorts/node' },
];

describe.skipIf(isNobody)('a debugger of another extension', () => {
  let workbench: Workbench;
  let bench: DebuggingBench;

  beforeAll(async () => {
    const program = process.execPath;
    bench = await openDebuggingBench({
      files: {
        'server.js': source,
        'runtime/node': { program },
        'capable/node': { program, capabilities: 'cap_net_bind_service,cap_net_raw=ep' },
        'lowPorts/node': { program, capabilities: 'cap_net_bind_service=ep' },
      },
      configurations,
      capabilities: setOf(CAP_NET_BIND_SERVICE),
    });
    workbench = bench.workbench;
  });
  afterAll(() => bench.dispose());
  afterEach(() => bench.endSession());

  it('has no capabilities by itself: the low port is refused', async () => {
    await workbench.startDebugging('plain');
    await workbench.debugConsoleLine('port 80: EACCES');
  });

  it('has them as the base of a capwright configuration, at the same user id', async () => {
    await workbench.setBreakpoint('server.js', inside);
    await workbench.startDebugging('rewritten');
    await workbench.stoppedAt(inside);
    // Node gives its process the name of a thread.
    expect(await holding()).toContain('MainThread');
    await workbench.page.keyboard.press('F5');
    await workbench.debugConsoleLine(`port 80 is ours, user ${uid}`);
    const read = `runs as user ${uid} and holds cap_net_bind_service`;
    expect(await (await workbench.debugConsoleLine(read)).innerText()).toContain('as foretold.');
    expect(await workbench.page.locator('.repl-tree').getByText(read).count()).toBe(1);
  });

  it('is refused, with the reason, where something else would hold them as well', async () => {
    await workbench.startDebugging('through npm');
    await workbench.notifications().getByText('runtimeExecutable is npm, which starts').waitFor();
  });

  it('is warned of where its runtime has file capabilities, until it is told not to', async () => {
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'has file capabilities' });
    await workbench.startDebugging('capable');
    expect(await dialog.innerText()).toContain(
      'node has file capabilities (cap_net_bind_service,cap_net_raw=ep)',
    );
    expect(await dialog.innerText()).toContain('Breakpoints will never bind');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await holding()).toEqual([]);

    await workbench.startDebugging('capable');
    await dialog.getByRole('button', { name: 'Don’t Ask for This Program' }).click();
    // As foretold: it runs past the breakpoint, and js-debug hears nothing of it.
    await expect.poll(takesPort80).toBe(true);
    expect(await workbench.page.locator('.debug-top-stack-frame-line').count()).toBe(0);
    await bench.endSession();
    // While a session is there, VS Code asks whether another is to be started.
    await workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });

    await workbench.startDebugging('capable');
    await expect.poll(takesPort80).toBe(true);
    expect(await dialog.count()).toBe(0);
  });

  it('is not warned of where Node may have no more than low ports: then its breakpoints bind', async () => {
    await workbench.openFile('server.js');
    await workbench.startDebugging('low ports');
    await workbench.stoppedAt(inside);
  });
});

/** Whether something listens there. */
function takesPort80(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(80, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
