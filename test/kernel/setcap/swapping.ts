/**
 * Gives a program capabilities as `capwright setcap` does, and swaps its path once everything has been looked
 * at, just before sudo is started: `node swapping.ts WAY PROGRAM OTHER`. Prints the outcome as JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { changeFileCapabilities } from '../../../extension/app/fileCapabilities/fileCapabilities.ts';
import { withHost } from '../../../extension/cli/commandHost.ts';

const [way = '', program = '', other = ''] = process.argv.slice(2);

const ways: Readonly<Record<string, () => Promise<void>>> = {
  nothing: () => Promise.resolve(),
  replaced: () => rename(other, program),
  link: async () => {
    await rm(program);
    await symlink(other, program);
  },
  folder: async () => {
    const folder = dirname(program);
    await rename(folder, `${folder}-away`);
    await mkdir(folder);
    await cp(other, program);
  },
  // The folder that holds the second name is the user's, who may do everything to it.
  everything: async () => {
    const folder = dirname(program);
    await rename(folder, `${folder}-away`);
    await cp(`${folder}-away`, folder, { recursive: true });
    await cp(other, join(program));
  },
};

const outcome = await withHost((host) =>
  changeFileCapabilities(
    host,
    {
      program,
      capabilities: 'cap_net_admin=ep',
      rootId: 0,
      elevation: 'sudo',
      expected: null,
    },
    async ([file = '', ...args], cwd) => {
      await ways[way]?.();
      const child = spawn(file, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
      await once(child, 'exit');
      return child.exitCode ?? 1;
    },
  ),
);
console.log(JSON.stringify(outcome));
