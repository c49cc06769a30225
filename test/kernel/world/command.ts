import type { Readable } from 'node:stream';
import { execa } from 'execa';

/** How a command ended. */
export interface Ran {
  readonly argv: readonly string[];
  /** The exit status, or null where a signal ended the command or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that stays until its standard input says otherwise. */
export interface Running {
  readonly pid: number;
  /** Sends a line to its standard input, closes that, and waits for the end. Once or more often. */
  readonly finish: () => Promise<Ran>;
}

/** A command that had to succeed did not. */
class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(ran: Ran) {
    const said = [ran.stderr, ran.stdout].filter((text) => text !== '').join('\n');
    super(`${JSON.stringify(ran.argv)} ended with ${ran.code ?? 'a signal'}: ${said}`);
  }
}

/** Milliseconds. Only stops a hang. */
const timeout = 60_000;

/** Runs a command to its end, whatever that is. */
export async function run(argv: readonly string[], input = ''): Promise<Ran> {
  const [file = '', ...args] = argv;
  const result = await execa(file, args, { reject: false, timeout, input, cwd: '/' });
  return ended(argv, result);
}

/** Runs a command that has to succeed. Throws a CommandError where it does not. */
export async function mustRun(argv: readonly string[], input = ''): Promise<string> {
  const ran = await run(argv, input);
  if (ran.code !== 0) throw new CommandError(ran);
  return ran.stdout;
}

/** Why a tool cannot be used; null where it can. */
export async function toolMissing(name: string): Promise<string | null> {
  const { code } = await run(['which', name]);
  return code === 0 ? null : `${name} is not installed (Debian: apt install ${name}).`;
}

/**
 * Starts a command and waits until it says "ready" on a line of its own. It has no time limit: its
 * standard input is closed at the latest when this process ends.
 */
export async function startAndWait(argv: readonly string[]): Promise<Running> {
  const [file = '', ...args] = argv;
  const command = execa(file, args, { reject: false, stdin: 'pipe', cwd: '/' });
  const end = command.then((result) => ended(argv, result));

  const ready = await Promise.race([saysReady(command.stdout), end]);
  const { pid } = command;
  if (ready !== 'ready' || pid === undefined) throw new CommandError(await end);

  return {
    pid,
    finish: async () => {
      if (!command.stdin.writableEnded) command.stdin.end('\n');
      return end;
    },
  };
}

function saysReady(stdout: Readable): Promise<'ready'> {
  return new Promise((resolve) => {
    let heard = '';
    const listen = (chunk: Buffer): void => {
      heard += chunk.toString();
      if (!/^ready$/m.test(heard)) return;
      stdout.off('data', listen);
      resolve('ready');
    };
    stdout.on('data', listen);
  });
}

function ended(
  argv: readonly string[],
  result: {
    readonly exitCode?: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
    readonly message?: string | undefined;
  },
): Ran {
  const { exitCode, stdout, stderr, message = '' } = result;
  return {
    argv,
    code: exitCode ?? null,
    stdout,
    stderr: exitCode === undefined ? message : stderr,
  };
}
