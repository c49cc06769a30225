import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, Writable } from 'node:stream';
import { endOf } from './childProgram.ts';
import { UsageError } from './usage.ts';

/** Waits in the sandbox until its network is there, and then becomes the program. */
const waiting = 'echo >&3 && read -r _ <&3 && exec 3>&- && exec "$@"';

/**
 * Runs a program in a sandbox whose network is connected to the outside by slirp4netns(1), which
 * needs no privilege either: it turns packets into this user's own sockets. The host's loopback
 * devices cannot be reached through it.
 * @param sandbox the launcher and its options, up to and with `--`
 * @returns the exit status of the program, as shells tell it
 */
export async function runConnected(
  sandbox: readonly string[],
  command: readonly string[],
): Promise<number> {
  const [file = '', ...options] = sandbox;
  const program = spawn(file, [...options, 'sh', '-c', waiting, 'sh', ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const ended = endOf(program);
  const gate = program.stdio[3];
  if (!(gate instanceof Duplex)) throw new TypeError('the fourth descriptor is no pipe');
  const entered = await Promise.race([
    once(gate, 'data').then(() => true),
    ended.then(() => false),
  ]);
  if (!entered) return ended;

  const network = connect(program.pid ?? 0);
  try {
    await network.ready;
    gate.end('\n');
    return await ended;
  } finally {
    program.kill();
    network.disconnect();
  }
}

/** Starts slirp4netns for the network namespace of a process. It ends with this process at the latest. */
function connect(pid: number): { readonly ready: Promise<void>; readonly disconnect: () => void } {
  const slirp = spawn(
    'slirp4netns',
    [
      ...['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=3', '--exit-fd=4'],
      ...[`--userns-path=/proc/${String(pid)}/ns/user`, String(pid), 'tap0'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  slirp.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const [, , , readable, exit] = slirp.stdio;
  if (!(readable instanceof Duplex) || !(exit instanceof Writable)) {
    throw new TypeError('a descriptor of slirp4netns is no pipe');
  }
  const failed = new Promise<never>((_, reject) => {
    slirp.once('error', () =>
      reject(new UsageError('--outside needs slirp4netns (Debian: apt install slirp4netns)')),
    );
    slirp.once('exit', () => reject(new UsageError(`slirp4netns: ${said.join('').trim()}`)));
  });
  return {
    ready: Promise.race([once(readable, 'data').then(() => undefined), failed]),
    disconnect: () => {
      failed.catch(() => undefined);
      exit.destroy();
      slirp.kill();
    },
  };
}
