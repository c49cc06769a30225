import type { Expectation } from '../../model/expectation.ts';
import {
  readStraceLine,
  StraceJoiner,
  tracedCalls,
  type RefusedCall,
} from '../../model/straceLine.ts';
import type { OperationVerdict } from '../../model/judge.ts';
import type { Host } from '../../probe/host.ts';
import type { TracedDenial } from '../../report/traceJson.ts';
import { explainDenial } from './explainDenial.ts';
import { liveThreads } from '../debugging/liveThreads.ts';

/**
 * Puts strace(1) before a command. Its own `--seccomp-bpf` would set no_new_privs for the program
 * and so change what is looked at.
 * @param output where strace writes
 */
export function tracing(command: readonly string[], output: string): readonly string[] {
  // A name that this architecture has not is passed over where `?` is before it.
  const calls = tracedCalls.map((name) => `?${name}`).join(',');
  return [
    ...['strace', '--follow-forks', '--quiet=all', '--signal=none', '--string-limit=256'],
    ...[`--trace=${calls}`, `--output=${output}`, '--', ...command],
  ];
}

/** Reads what strace writes, and asks the gates about each refusal in turn. */
export class DenialReader {
  readonly #host: Host;
  readonly #expectation: Expectation;
  readonly #tell: (denial: TracedDenial) => void;
  readonly #joiner = new StraceJoiner();
  #rest = '';
  #last: Promise<void> = Promise.resolve();

  /** @param expectation what was foretold of the program: its namespaces, and its credentials if it ends too soon to be asked */
  constructor(host: Host, expectation: Expectation, tell: (denial: TracedDenial) => void) {
    this.#host = host;
    this.#expectation = expectation;
    this.#tell = tell;
  }

  read(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = this.#joiner.join(line);
      const call = whole === null ? null : readStraceLine(whole);
      if (call !== null)
        this.#last = Promise.all([this.#explain(call), this.#last]).then(([verdicts]) =>
          this.#tell({ call, verdicts }),
        );
    }
  }

  /** When all that was read is told. */
  async told(): Promise<void> {
    await this.#last;
  }

  async #explain({ tid, wanted }: RefusedCall): Promise<readonly OperationVerdict[]> {
    const expectation = this.#expectation;
    if (expectation.kind !== 'starts') return [];
    const threads = tid === null ? [] : await liveThreads(this.#host, tid);
    const live = threads.find((thread) => thread.tid === tid) ?? expectation.credentials;
    return explainDenial(this.#host, wanted, expectation, live);
  }
}
