import { execa } from 'execa';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

/** The reading end of a FIFO that somebody else is told to write to. */
export interface Fifo {
  readonly path: string;
  /** Waits until every writer has closed it and all is read, but not for what a program left running. */
  drained(): Promise<void>;
  close(): void;
}

/** In milliseconds: what was written before the end has arrived by then. */
const drainTime = 200;

/**
 * Makes a FIFO for this user alone and opens it without waiting for a writer, who then does not
 * wait for a reader. It can be named to a program whoever starts that one: sudo closes every
 * other descriptor.
 */
export async function openFifo(path: string, take: (text: string) => void): Promise<Fifo> {
  await execa('mkfifo', ['--mode=0600', path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.setEncoding('utf8');
  socket.on('data', take);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    path,
    drained: async () => {
      let limit: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (limit = setTimeout(resolve, drainTime)));
      await Promise.race([ended, late]);
      clearTimeout(limit);
    },
    close: () => socket.destroy(),
  };
}
