/** From a message in the terminal to the gate that refused. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const refused = 'will fail with EPERM when started from the terminal.';

/** Messages as programs print them, each with what a click on it tells. */
const messages = [
  ['TUNSETIFF: Operation not permitted', 'ioctl(TUNSETIFF) answered EPERM'],
  ['bind: Permission denied', 'bind answered EACCES'],
  ['socket: Operation not permitted', 'socket answered EPERM'],
  ['RTNETLINK answers: Operation not permitted', 'netlink answered EPERM'],
  [
    "Fatal: can't open lock file /run/xtables.lock: Permission denied",
    'open(/run/xtables.lock) answered EACCES',
  ],
  [
    'vpn.service: Failed at step CAPABILITIES spawning /bin/vpn: Operation not permitted',
    '218/CAPABILITIES',
  ],
  [
    'ioctl(3, TUNSETIFF, 0x7ffc5ad1c0e0) = -1 EPERM (Operation not permitted)',
    'ioctl(TUNSETIFF) answered EPERM',
  ],
  ['listen tcp :80: bind: permission denied', 'bind answered EACCES'],
  ['listen ip4:icmp 0.0.0.0: socket: operation not permitted', 'socket(SOCK_RAW) answered EPERM'],
  ['PermissionError: [Errno 1] Operation not permitted', 'The kernel answered EPERM'],
  [
    'Error: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }',
    'The kernel answered EACCES',
  ],
  ['Error: Operation not permitted (os error 1)', 'The kernel answered EPERM'],
] as const;

describe('a refusal', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    const { tun } = await buildFixtures();
    workbench = await openWorkbench({
      files: { tun: { program: tun }, '.vscode/settings.json': '{"capwright.programs": ["tun"]}' },
    });
  });
  afterAll(() => workbench.dispose());

  it('is asked for where nothing is selected, and systemd’s leads to the unit', async () => {
    await workbench.workspace.write('units/vpn.service', '[Service]\nExecStart=/bin/true\n');
    await workbench.runCommand('Capwright: Explain This Error…');
    await workbench.fillInputBox(
      'vpn.service: Failed at step CAPABILITIES spawning /bin/true: Operation not permitted',
    );
    await workbench.answerNotification('218/CAPABILITIES', 'Open vpn.service');
    await workbench.page.getByRole('tab', { name: 'vpn.service' }).waitFor();
  });

  it('that is none is told to be none', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Capwright: Explain This Error…');
    await workbench.fillInputBox('Segmentation fault');
    await workbench.notifications().getByText('No refusal that Capwright knows').waitFor();
  });

  it('in the terminal is a link to the report, in which the operation is added', async () => {
    await workbench.typeInTerminal('echo "socket(AF_KEY): Operation not permitted"');
    await workbench.followTerminalLink(
      /^socket\(AF_KEY\): Operation not permitted/,
      workbench.notifications().getByText('socket(AF_KEY) answered EPERM'),
    );
    const report = await workbench.webview();
    await report.getByText('Opening a PF_KEY socket').first().waitFor();
  });

  it('that a program meets is shown on the launch path of the terminal, whatever was looked at', async () => {
    const report = await workbench.webview();
    await report.getByRole('tab', { name: 'Debugger (ptrace)' }).click();
    await report.getByRole('tab', { name: 'Debugger (ptrace)', selected: true }).waitFor();
    await workbench.runCommand('Terminal: Clear');
    await workbench.typeInTerminal('ip tuntap add mode tun');
    await workbench.followTerminalLink(
      /^ioctl\(TUNSETIFF\): Operation not permitted/,
      workbench.notifications().getByText('ioctl(TUNSETIFF) answered EPERM'),
    );
    await report.getByRole('tab', { name: 'Terminal, EPERM', selected: true }).waitFor();
    await report.getByText(`Creating a TUN device ${refused}`).first().waitFor();
  });

  it('is a link in the terminal, however it is worded: in C, Go, Rust, Python, by systemd or strace', async () => {
    const { workspace } = workbench;
    await workbench.runCommand('View: Close All Editors');
    await workbench.closeNotifications();
    await workspace.write('messages', `${messages.map(([message]) => message).join('\n')}\n`);
    // As many as are in sight.
    const half = messages.length / 2;
    for (const part of ['head', 'tail'] as const) {
      await workbench.typeInTerminal(`clear; ${part} -n ${half} messages`);
      const shown = part === 'head' ? messages.slice(0, half) : messages.slice(half);
      for (const [message, told] of shown) {
        await workbench.followTerminalLink(message, workbench.notifications().getByText(told));
        await workbench.closeNotifications();
      }
    }
  });
});
