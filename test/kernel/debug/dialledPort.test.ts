/** Who may dial the port on which an adapter waits for its debugger. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openDialledPort, type DialledPort } from '../../../extension/debug/adapter/dialledPort.ts';
import { run } from '../world/command.ts';

const module = join(import.meta.dirname, '../../../extension/debug/adapter/dialledPort.ts');

let port: DialledPort;
const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
  port.close();
});

function dial({ address }: DialledPort): Socket {
  const [host = '', number] = address.split(':');
  const socket = connect(Number(number), host);
  opened.push(socket);
  return socket;
}

/** Dials as another user, and prints what the other end says until it closes. */
function dialAs(uid: number, { address }: DialledPort): ReturnType<typeof run> {
  const [host = '', number = ''] = address.split(':');
  const ids = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
  return run(['setpriv', ...ids, 'bash', '-c', `cat </dev/tcp/${host}/${number}`]);
}

describe('a port that a debugger dials', () => {
  test('takes the connection of a process of its own user, and no second one', async () => {
    port = await openDialledPort();
    const own = dial(port);
    const taken = await port.dialled;
    opened.push(taken);
    taken.write('welcome');
    expect(String(await once(own, 'data'))).toBe('welcome');
    const [refusal] = (await once(dial(port), 'error')) as [NodeJS.ErrnoException];
    expect(refusal.code).toBe('ECONNREFUSED');
  });

  test('closes that of another user unheard, and waits for its own', async () => {
    port = await openDialledPort();
    const foreign = await dialAs(65_533, port);
    expect(foreign).toMatchObject({ code: 0, stdout: '' });
    const own = dial(port);
    const taken = await port.dialled;
    opened.push(taken);
    taken.write('welcome');
    expect(String(await once(own, 'data'))).toBe('welcome');
  });

  test('takes nobody where the list of connections cannot be read, and says so', async () => {
    port = await openDialledPort();
    const program = `
      import { once } from 'node:events';
      import { connect } from 'node:net';
      import { openDialledPort } from ${JSON.stringify(module)};
      const port = await openDialledPort();
      const [host, number] = port.address.split(':');
      const socket = connect(Number(number), host);
      socket.on('error', () => undefined);
      const [, failure] = await Promise.all([once(socket, 'close'), port.dialled.catch((error) => error)]);
      console.log(failure.name, failure.kind, failure.message);
    `;
    const hidden = 'mount -t tmpfs nothing /proc && exec "$@"';
    const ran = await run([
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', hidden, 'sh'],
      ...[process.execPath, '--no-warnings', '--input-type=module', '--eval', program],
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^LaunchRefused debugger .* ENOENT: .*\/proc\/self\/net\/tcp/);
  });
});
