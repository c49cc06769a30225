import * as v from 'valibot';

import {
  probeResultSchemas,
  probeVersion,
  replyLineSchema,
  type ProbeFailure,
  type ProbeKind,
  type ProbeReply,
  type ProbeRequest,
  type ProbeResults,
} from '../../protocol/probe.ts';
import { HelperProcess } from './helperProcess.ts';

export interface HelperOptions {
  /** The argument vector that starts the helper, see `helperCommand`. It decides the vantage. */
  readonly command: readonly string[];
  /** How long one answer may take, the start of the helper included. Milliseconds; 5 s. */
  readonly timeoutMs?: number;
  /**
   * How long a helper without work is kept. Milliseconds; 30 s. Less than the helper's own idle
   * time, so that it never ends just as it is asked.
   */
  readonly idleMs?: number;
}

/** The helper under this very program: Node, or Electron as Node. */
export function helperCommand(helper: string, addon?: string): readonly string[] {
  return [process.execPath, helper, ...(addon === undefined ? [] : ['--addon', addon])];
}

/**
 * Asks a probe helper, which it starts when there is something to ask and ends when there has been
 * nothing for a while. Every request is answered: a helper that crashes, hangs or talks nonsense is
 * killed and gives a failure, and the next request starts another.
 */
export class HelperClient {
  readonly #command: readonly string[];
  readonly #timeoutMs: number;
  readonly #idleMs: number;
  readonly #pending = new Map<number, Pending>();
  #helper: HelperProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 0;
  #disposed = false;

  constructor({ command, timeoutMs = 5_000, idleMs = 30_000 }: HelperOptions) {
    this.#command = command;
    this.#timeoutMs = timeoutMs;
    this.#idleMs = idleMs;
  }

  /** Never rejects. */
  request<const R extends ProbeRequest>(request: R): Promise<ProbeReply<R['kind']>> {
    return new Promise((resolve) => {
      if (this.#disposed) {
        resolve(failed('disposed', 'the client of the helper was disposed of'));
        return;
      }
      const helper = this.#start();
      if (!(helper instanceof HelperProcess)) {
        resolve({ ok: false, error: helper });
        return;
      }
      const id = this.#nextId++;
      const kind: R['kind'] = request.kind;
      const timer = setTimeout(() => this.#onTimeout(id), this.#timeoutMs);
      this.#pending.set(id, {
        kind,
        fail: (error) => {
          clearTimeout(timer);
          resolve({ ok: false, error });
        },
        succeed: (result) => {
          const checked = checkResult(kind, result);
          if (!checked.ok) return checked.error;
          clearTimeout(timer);
          resolve(checked);
          return undefined;
        },
      });
      helper.send(JSON.stringify({ v: probeVersion, id, request }));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop({ kind: 'disposed', reason: 'the client of the helper was disposed of' });
  }

  #start(): HelperProcess | ProbeFailure {
    clearTimeout(this.#idle);
    try {
      this.#helper ??= new HelperProcess(this.#command, {
        onLine: (line) => this.#onLine(line),
        onEnd: (failure) => this.#stop(failure),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'spawn', reason };
    }
    this.#helper.keep();
    return this.#helper;
  }

  #onLine(line: string): void {
    const reply = readReply(line);
    if (reply === undefined) {
      this.#stop({
        kind: 'protocol',
        reason: `not a reply of version ${probeVersion}: ${excerpt(line)}`,
      });
      return;
    }
    const pending = reply.id === null ? undefined : this.#pending.get(reply.id);
    if (reply.id === null || pending === undefined) {
      this.#stop({
        kind: 'protocol',
        reason: `a reply to nothing that was asked: ${excerpt(line)}`,
      });
      return;
    }
    if (reply.ok) {
      const fault = pending.succeed(reply.result);
      if (fault !== undefined) {
        this.#stop(fault);
        return;
      }
    } else {
      pending.fail(reply.error);
    }
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#rest();
  }

  #onTimeout(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const late = `"${pending.kind}" was not answered within ${this.#timeoutMs} ms`;
    this.#pending.delete(id);
    pending.fail({ kind: 'timeout', reason: late });
    this.#stop({ kind: 'crash', reason: `the helper was killed because ${late}` });
  }

  /** Ends the helper, and with it all that waits for an answer. */
  #stop(failure: ProbeFailure): void {
    clearTimeout(this.#idle);
    this.#helper?.kill();
    this.#helper = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) pending.fail(failure);
  }

  #rest(): void {
    this.#helper?.letGo();
    this.#idle = setTimeout(() => {
      this.#helper?.finish();
      this.#helper = undefined;
    }, this.#idleMs).unref();
  }
}

interface Pending {
  readonly kind: ProbeKind;
  fail(error: ProbeFailure): void;
  /** Returns what is wrong with the result, if it is not one of its kind. */
  succeed(result: unknown): ProbeFailure | undefined;
}

/** The same, in the form in which a kind leads to its own result. */
const resultSchemas: { readonly [K in ProbeKind]: v.GenericSchema<unknown, ProbeResults[K]> } =
  probeResultSchemas;

function checkResult<K extends ProbeKind>(kind: K, result: unknown): ProbeReply<K> {
  const schema: v.GenericSchema<unknown, ProbeResults[K]> = resultSchemas[kind];
  const checked = v.safeParse(schema, result);
  if (checked.success) return { ok: true, result: checked.output };
  const [issue] = checked.issues;
  return failed(
    'protocol',
    `not a result of "${kind}": ${v.getDotPath(issue) ?? ''} ${issue.message}`,
  );
}

function readReply(line: string): v.InferOutput<typeof replyLineSchema> | undefined {
  try {
    const reply = v.safeParse(replyLineSchema, JSON.parse(line));
    return reply.success ? reply.output : undefined;
  } catch {
    // What is not JSON is no reply, whatever the parser has to say about it.
    return undefined;
  }
}

function excerpt(line: string): string {
  return JSON.stringify(line.slice(0, 200));
}

function failed(
  kind: 'disposed' | 'protocol',
  reason: string,
): { readonly ok: false; readonly error: ProbeFailure } {
  return { ok: false, error: { kind, reason } };
}
