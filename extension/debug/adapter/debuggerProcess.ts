import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { PrivateFolder } from '../../app/privateFolder.ts';
import { quotedWord } from '../../report/quotedWord.ts';
import { LaunchRefused } from './refusal.ts';

/** A debugger that was started with capabilities, as far as its adapter sees it. */
export interface DebuggerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** What it, the launcher or sudo said on standard error; null where that is the terminal's. */
  readonly stderr: Readable | null;
  /** Settles when it has ended, with its exit status where that is known. */
  readonly ended: Promise<number | null>;
  /** Closes its standard input, upon which its supervisor ends it and all that it started. */
  close(): void;
}

/** How a debugger is started. */
export interface DebuggerStart {
  /** Through the launcher, which supervises it. */
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Starts it as a child, with pipes. */
export function startHere({ argv, directory, environment }: DebuggerStart): DebuggerProcess {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { cwd: directory, env: environment, stdio: 'pipe' });
  const { stdin, stdout, stderr } = child;
  // What cannot be written any more is answered by the end that follows.
  stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stderr.push(`${error.message}\n`);
      resolve(null);
    });
    child.once('exit', (code) => resolve(code));
  });
  return { stdin, stdout, stderr, ended, close: () => stdin.destroy() };
}

/** Asks the client to run an argument vector in its terminal (`runInTerminal`). */
export type RunInTerminal = (argv: readonly string[], directory: string) => Promise<void>;

/** Tells its exit status by a file, for nobody waits for a command in somebody else's terminal. */
function tellsItsEnd(argv: readonly string[], endFile: string): string {
  const file = quotedWord(endFile);
  return `${argv.map(quotedWord).join(' ')}
status=$?
[ ! -d ${quotedWord(dirname(endFile))} ] || echo $status >${file}
exit $status
`;
}

/**
 * Starts it in the client's terminal, which becomes that of the program too, and where sudo asks for
 * its password. It is spoken with through a Unix socket that no other user can reach.
 * @param argvFor the argument vector, once it is known which socket to connect
 */
export async function startInTerminal(
  runInTerminal: RunInTerminal,
  folder: PrivateFolder,
  directory: string,
  argvFor: (socket: string) => readonly string[],
): Promise<DebuggerProcess> {
  const path = join(folder.path, 'debugger');
  const endFile = join(folder.path, 'ended');
  const server = createServer();
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  const watcher = watch(folder.path);
  const ended = new Promise<number>((resolve) => {
    watcher.on('change', (_, name) => {
      if (name !== 'ended') return;
      void readFile(endFile, 'utf8').then((text) => {
        if (text.endsWith('\n')) resolve(Number(text));
      });
    });
  });
  try {
    // The terminal shows the line that is run in it, and the debug console what that does.
    const script = join(folder.path, 'debugger.sh');
    await writeFile(script, tellsItsEnd(argvFor(path), endFile), { mode: 0o600, flag: 'wx' });
    await runInTerminal(['sh', script], directory);
    const socket = await Promise.race([
      connected,
      ended.then((status) => {
        throw new LaunchRefused(
          'not-granted',
          `The debugger did not start: its command in the terminal ended with status ${String(status)}.`,
          'The terminal shows why.',
        );
      }),
    ]);
    return speakingThrough(socket, ended, () => watcher.close());
  } catch (error) {
    watcher.close();
    throw error;
  } finally {
    server.close();
  }
}

/** In milliseconds: the shell in the terminal tells the status after the socket has closed. */
const statusTime = 1000;

function speakingThrough(
  socket: Socket,
  status: Promise<number>,
  forget: () => void,
): DebuggerProcess {
  socket.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) =>
    socket.once('close', () => {
      const limit = setTimeout(() => resolve(null), statusTime);
      void status.then((code) => {
        clearTimeout(limit);
        resolve(code);
      });
    }),
  );
  void ended.then(forget);
  return {
    stdin: socket,
    stdout: socket,
    stderr: null,
    ended,
    close: () => socket.destroy(),
  };
}
