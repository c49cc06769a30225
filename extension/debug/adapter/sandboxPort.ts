import { randomInt } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PrivateFolder } from '../../app/privateFolder.ts';
import type { DialledPort } from './dialledPort.ts';

/** One that no program asks for by number, and the kernel does not give of itself (ip(7)). */
const port = 61_357;

/**
 * The same in the network of a sandbox, which nobody is in but what was started there. Who dials is handed
 * on by the supervisor (native/README.md) to a Unix socket that no other user can reach.
 */
export async function openSandboxPort(folder: PrivateFolder): Promise<DialledPort> {
  const path = join(folder.path, 'dialled');
  const server = createServer();
  const dialled = new Promise<Socket>((resolve) => {
    server.once('connection', (socket) => {
      server.close();
      resolve(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // All of 127.0.0.0/8 is loopback. A debugger is known by what it dials, among those of other sandboxes.
  const address = `127.${[0, 0, 0].map(() => String(randomInt(1, 255))).join('.')}:${String(port)}`;
  return {
    address,
    launcherOptions: ['--forward', `${address}=${path}`],
    dialled,
    close: () => server.close(),
  };
}
