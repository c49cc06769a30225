import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A port on loopback that one debugger dials: nothing with capabilities has to listen. */
export interface DialledPort {
  readonly address: string;
  /** The first connection of a process of this user; others are closed. */
  readonly dialled: Promise<Socket>;
  close(): void;
}

export async function openDialledPort(): Promise<DialledPort> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const dialled = new Promise<Socket>((resolve) => {
    server.on('connection', (socket) => {
      void ownerOf(socket).then((uid) => {
        if (uid !== process.getuid?.()) {
          socket.destroy();
          return;
        }
        server.close();
        resolve(socket);
      });
    });
  });
  const { address, port } = addressOf(server.address());
  return { address: `${address}:${String(port)}`, dialled, close: () => server.close() };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError('no TCP port');
  return address;
}

/** The user whose socket is the other end, proc_pid_net(5); null where there is none any more. */
async function ownerOf({ localPort = 0, remotePort = 0 }: Socket): Promise<number | null> {
  const lines = (await readFile('/proc/self/net/tcp', 'utf8')).split('\n').slice(1);
  for (const line of lines) {
    const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/);
    if (portIn(local) === remotePort && portIn(remote) === localPort) return Number(uid);
  }
  return null;
}

/** `0100007F:1F90`, in hexadecimal. */
function portIn(text: string): number {
  return Number.parseInt(text.split(':')[1] ?? '', 16);
}
