import { mustRun, run, startAndWait, type Ran, type Running } from './command.ts';

/**
 * A network namespace and a mount namespace for one situation: devices made and mounts changed in
 * it are seen nowhere else, and go with it.
 */
export interface Space {
  /** The process that keeps the namespaces. */
  readonly pid: number;
  /** The arguments that run a command inside, as root. */
  readonly enter: readonly string[];
  run(argv: readonly string[]): Promise<Ran>;
  mustRun(argv: readonly string[]): Promise<string>;
  /** Starts a command inside that says "ready"; it is ended with the space at the latest. */
  start(argv: readonly string[]): Promise<Running>;
  /** Remembers what has to be undone outside of the namespaces. Last in, first out. */
  undo(action: () => Promise<void>): void;
  dispose(): Promise<void>;
}

/**
 * @param setUp a command of a shell that comes first, in the namespaces; `$1` and so on are its
 *     arguments
 */
export async function openSpace(setUp = ':', ...args: readonly string[]): Promise<Space> {
  // A process keeps the namespaces, and ends with this one: then its standard input is closed.
  const keeper = await startAndWait([
    ...['unshare', '--mount', '--net', '--propagation', 'private', '--'],
    ...['sh', '-euc', `${setUp}\necho ready && read -r line`, 'sh', ...args],
  ]);
  const enter = ['nsenter', '--target', String(keeper.pid), '--mount', '--net', '--'];
  const undo: (() => Promise<void>)[] = [];

  return {
    pid: keeper.pid,
    enter,
    run: (argv) => run([...enter, ...argv]),
    mustRun: (argv) => mustRun([...enter, ...argv]),
    start: async (argv) => {
      const running = await startAndWait([...enter, ...argv]);
      undo.unshift(async () => {
        await running.finish();
      });
      return running;
    },
    undo: (action) => undo.unshift(action),
    dispose: async () => {
      for (const action of undo.splice(0)) await action();
      await keeper.finish();
    },
  };
}
