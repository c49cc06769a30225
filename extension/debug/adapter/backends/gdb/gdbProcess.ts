import type { IGDBProcessManager, IStdioProcess } from 'cdt-gdb-adapter/dist/types/gdb.js';
import { parseGdbVersionOutput } from 'cdt-gdb-adapter/dist/util/parseGdbVersionOutput.js';
import { execa } from 'execa';
import type { DebuggerProcess, RunInTerminal } from '../../debuggerProcess.ts';
import { LaunchRefused } from '../../refusal.ts';
import type { Session, StartedDebugger, StartRequest } from '../../session.ts';

/**
 * Lets the adapter library have the gdb that was started for it: the library would start one itself,
 * without capabilities.
 */
export function gdbManager(gdb: DebuggerProcess, version: string): IGDBProcessManager {
  return {
    getVersion: () => Promise.resolve(version),
    start: () => Promise.resolve(asLibraryHasIt(gdb)),
    stop: () => {
      gdb.close();
      return Promise.resolve();
    },
  };
}

/**
 * @returns the version of a gdb, such as `13.1`; asked for without privilege
 * @throws {LaunchRefused} where it cannot be run
 */
export async function gdbVersion(path: string): Promise<string> {
  const { stdout, failed } = await execa(path, ['--version'], { reject: false, timeout: 10_000 });
  // Undefined, whatever the type says, where the text has no version.
  const version: string | undefined = failed ? undefined : parseGdbVersionOutput(stdout);
  if (version !== undefined && version !== '') return version;
  throw new LaunchRefused(
    'debugger',
    `${JSON.stringify(path)} is no gdb that could be run.`,
    'Install it (Debian: apt install gdb), or name it as debuggerPath.',
  );
}

/**
 * A gdb that speaks its machine interface, with the capabilities.
 * @returns `gone` fails when it has ended, with what it said
 * @throws {LaunchRefused} where there is none, or no way to the capabilities
 */
export async function startGdb(
  session: Session,
  request: StartRequest,
  path: string,
  {
    terminal,
    announce,
  }: { readonly terminal: RunInTerminal | null; readonly announce: (line: string) => void },
): Promise<{ readonly started: StartedDebugger; readonly gone: Promise<never> }> {
  await gdbVersion(path);
  const command = [path, '--quiet', '-iex', 'set host-charset UTF-8', '--interpreter=mi2'];
  const started = await session.start(request, command, terminal, announce);
  const { ended, stderr } = started.process;
  const said: string[] = [];
  stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const gone = ended.then((status) => {
    throw new LaunchRefused(
      'debugger',
      `gdb did not start (status ${String(status)}): ${said.join('').trim()}`,
      'The refusals of capwright-launch are in native/README.md.',
    );
  });
  return { started, gone };
}

function asLibraryHasIt(gdb: DebuggerProcess): IStdioProcess {
  let exitCode: number | null = null;
  const asSeen: IStdioProcess = {
    stdin: gdb.stdin,
    stdout: gdb.stdout,
    stderr: gdb.stderr,
    // Behind a supervisor, and perhaps sudo, there is another one.
    getPID: () => undefined,
    get exitCode() {
      return exitCode;
    },
    signalCode: null,
    kill: () => {
      gdb.close();
      return true;
    },
    // The library asks for its end alone; that it could not be started is an end as well.
    on: (event: string, listener: (code: never, signal: never) => void) => {
      if (event === 'exit') {
        void gdb.ended.then((code) => {
          exitCode = code ?? 0;
          Reflect.apply(listener, undefined, [code, null]);
        });
      }
      return asSeen;
    },
  };
  return asSeen;
}
