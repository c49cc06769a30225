/** A polkit of our own, on a bus of our own, in the private mount namespace of the world. */
import { mkdir, rmdir, stat, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { mustRun } from './command.ts';
import type { User } from './world.ts';

export interface Polkit {
  /** Ends both, and unmounts what they stood on. */
  dispose(): Promise<void>;
}

const daemon = '/usr/lib/polkit-1/polkitd';
const rules = '/etc/polkit-1/rules.d';
/** Where both sides of the system bus meet (dbus-daemon(1)). */
const bus = '/run/dbus';

/** Why there can be none on this machine; null where there can. */
export async function polkitMissing(): Promise<string | null> {
  for (const path of ['/usr/bin/pkexec', '/usr/bin/dbus-daemon', daemon]) {
    const there = await stat(path).catch(() => null);
    if (there === null) return `${path} is not installed (Debian: apt install pkexec).`;
  }
  return null;
}

/** From now on the user may do by pkexec(1) whatever it is asked for, without a question, and nobody else. */
export async function startPolkit({ name }: Pick<User, 'name'>): Promise<Polkit> {
  const made = await mkdir(bus, { recursive: true });
  for (const place of [bus, rules]) {
    await mustRun(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'capwright-polkit', place]);
  }
  await writeFile(
    `${rules}/00-capwright.rules`,
    `polkit.addRule(function (action, subject) {
  if (action.id === 'org.freedesktop.policykit.exec') {
    return subject.user === '${name}' ? polkit.Result.YES : polkit.Result.NO;
  }
});
`,
  );
  const options = { reject: false, stdin: 'ignore', cwd: '/' } as const;
  const messages = execa(
    'dbus-daemon',
    ['--system', '--nofork', '--nopidfile', '--print-address'],
    {
      ...options,
      stderr: 'ignore',
    },
  );
  await says(messages.stdout, 'unix:');
  const polkit = execa(daemon, [], { ...options, stderr: 'ignore' });
  await says(polkit.stdout, 'Acquired the name org.freedesktop.PolicyKit1');
  return {
    dispose: async () => {
      for (const each of [polkit, messages]) {
        each.kill();
        await each;
      }
      for (const place of [rules, bus]) await mustRun(['umount', place]);
      if (made !== undefined) await rmdir(bus);
    },
  };
}

function says(output: Readable, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    output.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(words)) resolve();
    });
    output.on('end', () => reject(new Error(`it ended without saying “${words}”: ${heard}`)));
  });
}
