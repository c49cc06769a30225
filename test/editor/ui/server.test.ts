/** The embedded editor leaves nothing behind, and lets nobody in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { startEditor } from '../../../.build/editor/server.mjs';
import { stage, stageExtension } from '../../../.build/editor/stage.mjs';
import { canRead } from '../../../.build/editor/user.mjs';
import { userOf, vantageNamed } from '../vantage.ts';
import { openWorkbench, personUnderTest } from './workbench.ts';

const extensionPath = join(import.meta.dirname, '../../..');
const user = userOf(personUnderTest(), vantageNamed('ordinary'));

describe('an editor that is disposed of', () => {
  it('is gone, with its directory and with what its terminals started', async () => {
    const workbench = await openWorkbench();
    await workbench.typeInTerminal('setsid sleep 1000 & echo started $((1 + 1))');
    await workbench.terminalLines().getByText('started 2').waitFor();
    const directory = directoryOf(workbench.editor.process.pid);
    expect(processesOf(directory).some(({ command }) => command.startsWith('sleep'))).toBe(true);

    await workbench.dispose();

    expect(existsSync(directory)).toBe(false);
    expect(existsSync(workbench.workspace.path)).toBe(false);
    await vi.waitUntil(() => processesOf(directory).length === 0, { timeout: 10_000 });
  });
});

describe('an editor whose starter ends', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('at %s, is gone with its directory', async (signal) => {
    const { starter, directory } = await startElsewhere();
    starter.kill(signal);
    await once(starter, 'exit');
    expect(starter.signalCode).toBe(signal);
    expect(existsSync(directory)).toBe(false);
    await vi.waitUntil(() => processesOf(directory).length === 0, { timeout: 10_000 });
  });

  it('at SIGKILL, is gone', async () => {
    const { starter, directory } = await startElsewhere();
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await vi.waitUntil(() => processesOf(directory).length === 0, { timeout: 30_000 });
    await rm(directory, { recursive: true });
  });
});

describe('the server', () => {
  it('shows its workbench to nobody without the token', async () => {
    const editor = await startEditor({ extensionPath, ...(user && { user }) });
    try {
      const status = async (url: string) => (await fetch(url, { redirect: 'manual' })).status;
      // It takes the token for a cookie and goes on to the address without it.
      expect(await status(editor.url)).toBe(302);
      expect(await status(`http://127.0.0.1:${editor.port}/`)).toBe(403);
    } finally {
      await editor.dispose();
    }
  });
});

describe.skipIf(user === undefined)('for another user', () => {
  it('copies what that user cannot read, and nothing that is not installed', async () => {
    const secret = await mkdtemp(join(tmpdir(), 'capwright-secret-'));
    const open = await mkdtemp(join(tmpdir(), 'capwright-open-'));
    try {
      await chmod(open, 0o755);
      const extension = join(secret, 'an extension');
      await mkdir(join(extension, 'node_modules'), { recursive: true });
      await writeFile(join(extension, 'package.json'), '{}');
      expect(await canRead(user, join(extension, 'package.json'))).toBe(false);

      const installed = await stageExtension(user, extension, open);
      expect(readdirSync(installed)).toEqual(['package.json']);
      expect(await canRead(user, join(installed, 'package.json'))).toBe(true);

      const tree = join(secret, 'tree');
      await mkdir(tree);
      await writeFile(join(tree, 'witness'), 'seen');
      const copy = await stage(user, tree, open, 'witness');
      expect(await readFile(join(copy, 'witness'), 'utf8')).toBe('seen');
      expect(await canRead(user, join(copy, 'witness'))).toBe(true);

      expect(await stage(user, open, join(open, 'copy'))).toBe(open);
    } finally {
      await rm(secret, { recursive: true });
      await rm(open, { recursive: true });
    }
  });

  it('says which file stays unreadable', async () => {
    const secret = await mkdtemp(join(tmpdir(), 'capwright-secret-'));
    const open = await mkdtemp(join(tmpdir(), 'capwright-open-'));
    try {
      await chmod(open, 0o755);
      await mkdir(join(secret, 'tree'));
      await writeFile(join(secret, 'tree/witness'), '', { mode: 0o600 });
      await expect(stage(user, join(secret, 'tree'), open, 'witness')).rejects.toThrow(
        /tree\/witness.*chmod/,
      );
    } finally {
      await rm(secret, { recursive: true });
      await rm(open, { recursive: true });
    }
  });
});

/** Starts an editor in another Node, and waits until it answers. */
async function startElsewhere() {
  const server = join(import.meta.dirname, '../../../.build/editor/server.mjs');
  const script = `
    import { startEditor } from ${JSON.stringify(server)};
    const editor = await startEditor(${JSON.stringify({ extensionPath, user })});
    console.log(editor.process.pid);
  `;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
  return { starter, directory: directoryOf(Number(pid)) };
}

/** @param pid of an editor's server */
function directoryOf(pid: number | undefined): string {
  const environment = readFileSync(`/proc/${pid ?? 'none'}/environ`, 'utf8').split('\0');
  const mark = 'CAPWRIGHT_EDITOR_DIRECTORY=';
  const found = environment.find((entry) => entry.startsWith(mark));
  expect(found).toBeDefined();
  return found?.slice(mark.length) ?? '';
}

function processesOf(directory: string): readonly { readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      command: textOf(`/proc/${pid}/cmdline`),
      environment: textOf(`/proc/${pid}/environ`),
    }))
    .filter(({ environment }) => environment.includes(`=${directory}\0`));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Ended between the listing and now.
    return '';
  }
}
