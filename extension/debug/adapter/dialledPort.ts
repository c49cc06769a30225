import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { textOf } from './conversation.ts';
import { LaunchRefused } from './refusal.ts';

/** A port on loopback that one debugger dials: nothing with capabilities has to listen. */
export interface DialledPort {
  readonly address: string;
  /** What the launcher of the one that dials has to be told. */
  readonly launcherOptions: readonly string[];
  /**
   * The first connection of a process of this user; others are closed. Rejects with a LaunchRefused
   * where it cannot be told whose a connection is.
   */
  readonly dialled: Promise<Socket>;
  close(): void;
}

export async function openDialledPort(): Promise<DialledPort> {
  const server = createServer({ noDelay: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const dialled = new Promise<Socket>((resolve, reject) => {
    server.on('connection', (socket) => {
      // Whoever is not taken may leave in any way.
      socket.on('error', () => undefined);
      ownerOf(socket).then(
        (uid) => {
          if (uid !== process.getuid?.()) {
            socket.destroy();
            return;
          }
          server.close();
          resolve(socket);
        },
        (error: unknown) => {
          socket.destroy();
          server.close();
          reject(unknownOwner(error));
        },
      );
    });
  });
  // It may be that nobody waits for it any more.
  dialled.catch(() => undefined);
  const { address, port } = addressOf(server.address());
  return {
    address: `${address}:${String(port)}`,
    launcherOptions: [],
    dialled,
    close: () => server.close(),
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError('no TCP port');
  return address;
}

function unknownOwner(error: unknown): LaunchRefused {
  return new LaunchRefused(
    'debugger',
    `The debugger has dialled, but it cannot be told whose connection that is: ${textOf(error)}.`,
    'The list of connections is /proc/net/tcp: /proc has to be mounted where the adapter runs.',
  );
}

const connections = '/proc/self/net/tcp';

/**
 * The user whose socket is the other end, proc_pid_net(5); null where there is none any more.
 * @throws {Error} where the list of connections cannot be read
 */
async function ownerOf(socket: Socket): Promise<number | null> {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const theirs = [endpoint(remoteAddress, remotePort), endpoint(localAddress, localPort)] as const;
  for (const line of (await readFile(connections, 'utf8')).split('\n').slice(1)) {
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    if (local === theirs[0] && remote === theirs[1]) return Number(uid);
  }
  return null;
}

/** `0100007F:1F90`, as get_tcp4_sock() prints it: the address is a number in the host’s byte order. */
function endpoint(address: string, port: number): string {
  const bytes = Buffer.from(address.split('.').map(Number));
  if (endianness() === 'LE') bytes.reverse();
  const hexadecimal = port.toString(16).padStart(4, '0');
  return `${bytes.toString('hex')}:${hexadecimal}`.toUpperCase();
}
