import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { lineSplitter } from '../../protocol/jsonLines.ts';

/** Well over the longest reply: a `read` of 64 KiB, or the threads of a large process. */
const longestLine = 64 * 1024 * 1024;
const longestComplaint = 4096;

export interface HelperEvents {
  onLine(line: string): void;
  /** Once: the helper is gone, or must be. Nothing follows. */
  onEnd(end: { readonly kind: 'spawn' | 'crash' | 'protocol'; readonly reason: string }): void;
}

/** One run of the helper, from its start to its end. */
export class HelperProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #events: HelperEvents;
  #complaint = '';
  #ended = false;
  #closed = false;

  /** Throws what spawn() throws at once, such as for a NUL byte in the command. */
  constructor(command: readonly string[], events: HelperEvents) {
    const [file, ...commandArguments] = command;
    if (file === undefined) throw new Error('the command of the helper is empty');
    this.#events = events;
    this.#child = spawn(file, commandArguments, {
      // Not the caller's: an idle helper would keep a file system from being unmounted.
      cwd: '/',
      env: helperEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      // A process group of its own, so that kill() reaches what the command itself has started.
      detached: true,
    });
    const { stdin, stdout, stderr } = this.#child;

    this.#child.on('error', (error) => {
      this.#end('spawn', `${file} could not be started: ${error.message}`);
    });
    // `close` rather than `exit`: the last replies may still be in the pipe.
    this.#child.on('close', (code, signal) => {
      this.#closed = true;
      const how = signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`;
      this.#end('crash', `the helper ended with ${how}${this.#complained()}`);
    });
    // EPIPE and the like. How it ends, and what it says about that, tells more.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => this.#signal());

    stdout.setEncoding('utf8');
    stdout.on(
      'data',
      lineSplitter(
        longestLine,
        (line) => {
          if (!this.#ended) events.onLine(line);
        },
        (beginning) => {
          this.#end('protocol', `a reply has no end; it begins ${beginning}`);
        },
      ),
    );
    stderr.setEncoding('utf8');
    stderr.on('data', (chunk: string) => {
      this.#complaint = (this.#complaint + chunk).slice(-longestComplaint);
    });
    this.letGo();
  }

  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** While an answer is awaited: keeps this process from exiting. */
  keep(): void {
    this.#child.ref();
    for (const stream of this.#streams()) stream.ref();
  }

  /** While none is: a helper keeps nobody alive. */
  letGo(): void {
    this.#child.unref();
    for (const stream of this.#streams()) stream.unref();
  }

  /** Ends its input, upon which it exits. Nothing more is reported. */
  finish(): void {
    this.#ended = true;
    this.#child.stdin.end();
    this.letGo();
  }

  /** Ends it by force, stopped or hanging as it may be. Nothing more is reported. */
  kill(): void {
    this.#ended = true;
    this.#signal();
    this.letGo();
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  #end(kind: 'spawn' | 'crash' | 'protocol', reason: string): void {
    if (this.#ended) return;
    this.kill();
    this.#events.onEnd({ kind, reason });
  }

  #signal(): void {
    const { pid } = this.#child;
    // Once it is gone, its number may come to be another's.
    if (pid === undefined || this.#closed) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already (ESRCH), or under ids that are not ours to signal (EPERM): such a one ends with
      // its input.
    }
  }

  #complained(): string {
    const text = this.#complaint.trim();
    return text === '' ? '' : `: ${text}`;
  }

  #streams(): { ref(): unknown; unref(): unknown }[] {
    const { stdin, stdout, stderr } = this.#child;
    const streams: readonly object[] = [stdin, stdout, stderr];
    return streams.filter(isReferenced);
  }
}

/** Pipes are sockets to Node, which its types do not say. */
function isReferenced(stream: object): stream is { ref(): unknown; unref(): unknown } {
  return (
    'ref' in stream &&
    typeof stream.ref === 'function' &&
    'unref' in stream &&
    typeof stream.unref === 'function'
  );
}

function helperEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  // A debugger that attaches to every Node process would stop the helper, or write to its output.
  delete environment['NODE_OPTIONS'];
  delete environment['VSCODE_INSPECTOR_OPTIONS'];
  return environment;
}
