import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { Duplex, Writable } from 'node:stream';
import { findAlongPath } from '../app/alongPath.ts';
import { openFifo } from '../app/fifo.ts';
import { openPrivateFolder } from '../app/privateFolder.ts';

/** A sandbox's way out, which ends with this process at the latest. */
export interface Connection {
  disconnect(): void;
}

/**
 * Connects the network namespace of a process with the outside, by what is installed for that: pasta(1), else
 * slirp4netns(1). Both turn packets into sockets of this user and need no privilege; neither lets the sandbox
 * reach the host's loopback devices, nor anybody reach the sandbox.
 * @param launcher supervises what would not end by itself
 * @throws {OutsideError} where none of them is installed, or none could do it
 */
export async function connectOutside(launcher: string, pid: number): Promise<Connection> {
  const said: string[] = [];
  for (const { name, start } of connectors) {
    if ((await findAlongPath(name, process.env)) === null) continue;
    try {
      return await start(launcher, pid);
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      said.push(error.message);
    }
  }
  throw new OutsideError(
    said.length === 0
      ? '--outside needs pasta or slirp4netns (Debian: apt install passt, or slirp4netns)'
      : said.join('\n'),
  );
}

/** Why a sandbox is not connected. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

interface Connector {
  readonly name: string;
  readonly start: (launcher: string, pid: number) => Promise<Connection>;
}

const connectors: readonly Connector[] = [
  { name: 'pasta', start: startPasta },
  { name: 'slirp4netns', start: startSlirp },
];

/** The sandbox gets the addresses and routes of the host's interface with a default route, IPv6 as well. */
async function startPasta(launcher: string, pid: number): Promise<Connection> {
  // Root it makes nobody, who may not enter the sandbox.
  if (process.getuid?.() === 0) throw new OutsideError('pasta: is not for root');
  // Debian's AppArmor profile lets it write here, and not in the runtime directory.
  const folder = await openPrivateFolder({});
  const news = new EventEmitter();
  const ready = once(news, 'ready');
  const fifo = await openFifo(join(folder.path, 'pid'), () => news.emit('ready'));
  const pasta = spawn(
    launcher,
    [
      ...['--supervise', '--', 'pasta', '--foreground', '--quiet', '--config-net'],
      ...['--no-map-gw', '-t', 'none', '-u', 'none', '-T', 'none', '-U', 'none'],
      ...['--pid', fifo.path, String(pid)],
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  try {
    // It writes its number once all is set up.
    await Promise.race([ready, failureOf('pasta', pasta)]);
  } finally {
    fifo.close();
    await folder.dispose();
  }
  return { disconnect: () => pasta.stdin.end() };
}

/** The sandbox gets 10.0.2.100, with a resolver at 10.0.2.3. */
async function startSlirp(_launcher: string, pid: number): Promise<Connection> {
  const slirp = spawn(
    'slirp4netns',
    [
      ...['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=3', '--exit-fd=4'],
      ...[`--userns-path=/proc/${String(pid)}/ns/user`, String(pid), 'tap0'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const [, , , readable, exit] = slirp.stdio;
  if (!(readable instanceof Duplex) || !(exit instanceof Writable)) {
    throw new TypeError('a descriptor of slirp4netns is no pipe');
  }
  await Promise.race([once(readable, 'data'), failureOf('slirp4netns', slirp)]);
  return {
    disconnect: () => {
      exit.destroy();
      slirp.kill();
    },
  };
}

/** Rejects when it ends, with what it said until then. */
function failureOf(name: string, child: ChildProcess): Promise<never> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const failed = once(child, 'exit').then(() => {
    throw new OutsideError(`${name}: ${said.join('').trim()}`);
  });
  // Once it has been told that all is set up, its end is no failure.
  failed.catch(() => undefined);
  return failed;
}
