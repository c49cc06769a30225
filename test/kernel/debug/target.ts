/** A program that somebody runs, for a debugger to attach to. */
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Debugging } from './bench.ts';

export interface Target {
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it has written. */
  text: string;
}

/** Starts a program as the developer, and waits until it runs. */
export async function startTarget(
  { shell }: Debugging,
  ...argv: readonly string[]
): Promise<Target> {
  const [file = '', ...args] = [...shell, ...argv];
  const process = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: '/' });
  // It becomes the program: nsenter, setpriv, env and the launcher exec.
  const target = { process, pid: process.pid ?? 0, text: '' };
  process.stdout.on('data', (chunk: Buffer) => (target.text += chunk.toString()));
  await expect.poll(() => target.text, { timeout: 20_000, interval: 20 }).toContain('round 1:');
  return target;
}

/** Two rounds, so that it has gone through all of its code. */
export async function seeItRun(target: Target): Promise<void> {
  const rounds = (): number => target.text.split('round ').length;
  const before = rounds();
  await expect.poll(rounds, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before + 1);
}

/** Nobody traces it, and it runs. */
export async function expectUntraced(target: Target): Promise<void> {
  const status = (): Promise<string> => readFile(`/proc/${String(target.pid)}/status`, 'utf8');
  await expect.poll(status, { timeout: 20_000, interval: 20 }).toMatch(/^TracerPid:\t0$/m);
  await seeItRun(target);
}

/**
 * Where the code of a process is not that of its files, as where a debugger has put a breakpoint. On
 * x64, where code has no relocations.
 */
export async function changedCode(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${String(pid)}`;
  const memory = await open(`${folder}/mem`);
  const changed: string[] = [];
  try {
    for (const line of (await readFile(`${folder}/maps`, 'utf8')).split('\n')) {
      const found = /^(\w+)-(\w+) r-xp (\w+) \S+ \d+ +(\/.*)$/.exec(line);
      if (found === null) continue;
      const [start = 0, end = 0, offset = 0] = found
        .slice(1, 4)
        .map((text) => Number.parseInt(text, 16));
      const path = found[4] ?? '';
      const file = (await readFile(`${folder}/root${path}`)).subarray(offset, offset + end - start);
      const code = Buffer.alloc(file.length);
      await memory.read(code, 0, code.length, start);
      for (const [at, byte] of code.entries()) {
        if (byte !== file[at]) changed.push(`${path}+0x${(offset + at).toString(16)}`);
      }
    }
  } finally {
    await memory.close();
  }
  return changed;
}
