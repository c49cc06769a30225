import { basename, resolve } from 'node:path';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import { executableFormat } from '../model/executableFormat.ts';
import type { Instance, RunningThread } from '../model/instance.ts';
import type { FileFacts, OwnProcess, ThreadFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';
import { threadCredentials, threadsApart } from './launcherEvidence.ts';

/** What is looked for among the processes. */
interface Wanted {
  readonly path: string;
  /** Null where nothing is there now. */
  readonly file: FileFacts | null;
  /** Absolute: what the program interprets; or the program itself, if it is a script. None: any. */
  readonly scripts: readonly string[];
}

/**
 * The processes of the user that run a program, with their credentials.
 * @param path absolute
 * @param scripts where the program is an interpreter, what it has to interpret; empty for anything
 */
export async function collectInstances(
  host: Host,
  view: IdView,
  path: string,
  scripts: readonly string[],
): Promise<Evidence<readonly Instance[]>> {
  const [looked, processes] = await Promise.all([
    host.request({ kind: 'file', path }),
    host.request({ kind: 'ownProcesses' }),
  ]);
  if (!processes.ok) return unknown(processes.error.reason, '/proc');
  const file = looked.ok ? looked.result : null;
  const wanted = { path, file, scripts: isScript(file) ? [path] : scripts };
  const found = await Promise.all(
    processes.result.map(async (each): Promise<Instance | null> => {
      const which = fileOf(each, wanted);
      if (which === null) return null;
      const facts = await host.request({ kind: 'process', pid: each.pid });
      const [main] = facts.ok ? facts.result.threads : [];
      // It has ended meanwhile.
      if (!facts.ok || main === undefined) return null;
      return {
        pid: each.pid,
        file: which,
        main: runningThread(main, view),
        otherThreads: threadsApart(facts.result.threads).map((each) => runningThread(each, view)),
        tracerPid: main.tracerPid,
      };
    }),
  );
  return known(
    found.filter((each) => each !== null),
    '/proc',
  );
}

function runningThread(thread: ThreadFacts, view: IdView): RunningThread {
  const { tid, name, seccomp } = thread;
  return { tid, name, seccomp, credentials: threadCredentials(thread, view) };
}

function isScript(file: FileFacts | null): boolean {
  if (file === null || !('value' in file.head)) return false;
  return executableFormat(Buffer.from(file.head.value, 'hex')).kind === 'script';
}

/** Null for a process that runs something else. */
function fileOf(process: OwnProcess, wanted: Wanted): Instance['file'] | null {
  const { path, file, scripts } = wanted;
  const { exe, arguments: words, workingDirectory } = process;
  const from = 'value' in workingDirectory ? workingDirectory.value : '/';
  if (scripts.length > 0 && !words.slice(1).some((word) => scripts.includes(resolve(from, word)))) {
    return null;
  }
  // The file that a script's process executes is its interpreter.
  if (scripts.includes(path)) return 'same';
  if (!('value' in exe)) {
    const [name = ''] = words;
    return basename(name) === basename(path) ? 'unseen' : null;
  }
  if (file !== null && isSame(exe.value, file)) return 'same';
  const realPath = file !== null && 'value' in file.realPath ? file.realPath.value : path;
  return exe.value.path === `${realPath} (deleted)` ? 'removed' : null;
}

function isSame(
  exe: Pick<FileFacts, 'inode' | 'device'>,
  { inode, device: { major, minor } }: FileFacts,
): boolean {
  return exe.inode === inode && exe.device.major === major && exe.device.minor === minor;
}
