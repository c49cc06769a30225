/**
 * What opening a unit has the extension host do, as strace(1) sees it: in Restricted Mode it starts nothing,
 * and no path that the unit names is even looked up. With trust it does both, so that this would be seen.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { openWorkbench, personUnderTest } from './workbench.ts';

const unit = `[Service]
# capwright: wants tun.create
ExecStart=/srv/named-by-the-unit/program
User=daemon
`;

describe.skipIf(personUnderTest() === undefined)('opening a unit', () => {
  it('starts nothing in Restricted Mode, and looks at nothing that the unit names', async () => {
    const { calls, outcome } = await traced('restricted mode');
    expect(outcome).toContain('tun.create EPERM');
    expect(programs(calls)).toEqual([]);
    expect(calls.filter((line) => line.includes('named-by-the-unit'))).toEqual([]);
    expect(calls.filter((line) => line.includes('/etc/passwd'))).not.toEqual([]);
  });

  it('starts the helper where the workspace is trusted, and looks at the program', async () => {
    const { calls, outcome } = await traced('ordinary');
    expect(outcome).toContain('tun.create EPERM');
    expect(programs(calls)).toContainEqual(expect.stringContaining('/dist/helper.mjs'));
    expect(calls.filter((line) => line.includes('named-by-the-unit'))).not.toEqual([]);
  });
});

/** Those that were started, except for VS Code’s own: it looks for ports, and searches the workspace. */
function programs(calls: readonly string[]): readonly string[] {
  const own = [
    /"-c", "ls -l \/proc\//,
    /\["ls", "-l", "\/proc\//,
    /\["grep", "socket:"\]/,
    /execve\("[^"]*\/(?:lib|staged)\/vscode\/node_modules\//,
    /execve\("[^"]*\/node", \["[^"]*", "[^"]*\/(?:lib|staged)\/vscode\/extensions\//,
  ];
  return calls
    .filter((line) => line.includes('execve("'))
    .filter((line) => own.every((pattern) => !pattern.test(line)));
}

/** The system calls with which the extension host, or what it starts, begins programs and looks up paths. */
async function traced(
  vantage: string,
): Promise<{ readonly calls: readonly string[]; readonly outcome: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'capwright-trace-'));
  const log = join(folder, 'calls');
  const workbench = await openWorkbench({ vantage, files: { 'tunnel.service': unit } });
  try {
    // Menus and commands are there by the extension’s manifest alone, before its host is.
    const host = await vi.waitFor(() => extensionHost(workbench.editor.process.pid ?? 0), {
      timeout: 30_000,
    });
    const argv = ['-f', '-s', '4096', '-e', 'trace=%file', '-o', log, '-p', String(host)];
    const tracer = spawn('strace', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: tracer.stderr })) {
      if (line.includes('attached')) break;
    }
    // Not by its name: the search for it would be a program of VS Code's own.
    await workbench.page
      .getByRole('tree', { name: 'Files Explorer' })
      .getByRole('treeitem', { name: 'tunnel.service' })
      .click();
    const lens = workbench.page.locator('.codelens-decoration').getByText('tun.create').first();
    // What is not laid out yet has no text.
    await lens.waitFor();
    const outcome = await lens.innerText();
    tracer.kill('SIGINT');
    await once(tracer, 'exit');
    return { calls: (await readFile(log, 'utf8')).split('\n'), outcome };
  } finally {
    await workbench.dispose();
    await rm(folder, { recursive: true });
  }
}

/** The extension host among the descendants of a server. */
async function extensionHost(server: number): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === server || isBelow(parent));
  };
  for (const pid of parents.keys()) {
    if (!isBelow(pid)) continue;
    const argv = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
    if (argv.includes('--type=extensionHost')) return pid;
  }
  throw new Error('the server has no extension host');
}
