import { Event } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import type { DenialText } from '../../../report/debugText.ts';
import type { Ask } from '../ask.ts';
import { tell, tellProcess, type Listener } from '../conversation.ts';
import { denialLines, denialStop } from '../deniedStop.ts';
import type { RelayedDenial, RelayedGates, RelayedLaunch, Stopped } from '../relayedDebugger.ts';
import type { PreparedAttach, PreparedLaunch, Session } from '../session.ts';

/** What is debugged: started for it, or there before. */
export type Subject =
  | { readonly kind: 'launched'; readonly prepared: PreparedLaunch }
  | { readonly kind: 'attached'; readonly prepared: PreparedAttach };

export interface RelayedProgramParts {
  readonly client: Listener;
  readonly session: Session;
  /** Null where the debugger cannot stop at refused calls. */
  readonly gates: RelayedGates | null;
  readonly launch: RelayedLaunch;
  readonly subject: Subject;
  /** The debugger. */
  readonly ask: Ask;
  /** Settles when the debugger was asked to launch it, or to attach. */
  readonly asked: Promise<void>;
  /** The debugger has told that the session is over. */
  readonly over: () => Promise<void>;
}

const processSchema = v.object({ systemProcessId: v.pipe(v.number(), v.minValue(1)) });
const exitedSchema = v.object({ exitCode: v.number() });
const stoppedSchema = v.looseObject({ reason: v.string(), threadId: v.exactOptional(v.number()) });

/** The program of a session: what the debugger tells of it, as the client is told. */
export class RelayedProgram {
  readonly #parts: RelayedProgramParts;
  #pid: number | null = null;
  /** Of a program that has not been looked at. */
  #untold: number | null = null;
  #pausing = false;
  #denial: DenialText | null = null;
  #exitTold = false;

  constructor(parts: RelayedProgramParts) {
    this.#parts = parts;
  }

  /** Null until it is known. */
  get pid(): number | null {
    return this.#pid;
  }

  /** At which it has stopped; null where it has not, or for another reason. */
  get denial(): DenialText | null {
    return this.#denial;
  }

  /** The client asks for a stop: the next is taken for that. */
  pausing(): void {
    this.#pausing = true;
  }

  /** Tells the client, once, that the debugger has attached. */
  attached(): void {
    const { client, subject } = this.#parts;
    if (subject.kind !== 'attached' || this.#pid !== null) return;
    const { name, pid } = subject.prepared;
    this.#pid = pid;
    tellProcess(client, name, pid, 'attach');
  }

  /** An event of the debugger; to be called in their order. */
  told(event: DebugProtocol.Event): void | Promise<void> {
    const { launch, subject, over } = this.#parts;
    const body: unknown = event.body;
    switch (event.event) {
      case 'process': {
        const told = v.safeParse(processSchema, body);
        if (!told.success) return;
        if (subject.kind === 'attached') {
          this.attached();
          return;
        }
        this.#untold = told.output.systemProcessId;
        return launch.stopsFirst === true ? undefined : this.#running(this.#untold);
      }
      case 'stopped':
        return this.#stopped(v.parse(stoppedSchema, body));
      case 'exited': {
        const told = v.safeParse(exitedSchema, body);
        return told.success ? this.exited(told.output.exitCode) : undefined;
      }
      case 'terminated':
        return over();
      case 'initialized':
        return this.#initialized(event);
      default:
        return this.#other(event);
    }
  }

  /**
   * Tells the client, once, how a program that has run has ended, and before that what it has written.
   * @param code as the debugger tells it; null where it has told none
   */
  async exited(code: number | null): Promise<void> {
    if (this.#exitTold || this.#pid === null) return;
    this.#exitTold = true;
    const { client, launch, ask } = this.#parts;
    const exitCode = await launch.exitStatus(code, ask);
    await launch.programOutput?.drained();
    if (exitCode !== null) client.sendEvent(new Event('exited', { exitCode }));
  }

  async #stopped(body: Stopped): Promise<void> {
    const { client, gates, launch, ask } = this.#parts;
    const pausing = this.#pausing;
    this.#pausing = false;
    this.#denial = null;
    if (this.#untold !== null) await this.#running(this.#untold);
    const denied = (await gates?.read(body, ask).catch(() => null)) ?? null;
    if (denied === 'own') return;
    const stop =
      denied === null ? await launch.stop(body, pausing, ask) : await this.#denied(body, denied);
    if (stop !== null) client.sendEvent(new Event('stopped', stop));
  }

  /** The kernel refused a call that is watched: says which gate, then stops there. */
  async #denied(body: Stopped, { call, errno, tid }: RelayedDenial): Promise<Stopped> {
    const { client, session, subject } = this.#parts;
    const { expectation } = subject.prepared;
    const pid = this.#pid;
    if (pid === null) return body;
    const thread = { pid, tid: tid ?? pid };
    const denial = await session.explain(thread, { expectation }, call, errno);
    this.#denial = denial;
    tell(client, denialLines(denial));
    return { ...body, ...denialStop(denial) };
  }

  async #initialized(event: DebugProtocol.Event): Promise<void> {
    const { client, gates, launch, ask, asked } = this.#parts;
    // Some debuggers say so before they were asked to launch anything.
    await asked;
    // Without, the filter is refused when it is set.
    await gates?.prepare?.(ask).catch(() => undefined);
    const pid = (await launch.findProgram?.()) ?? null;
    if (pid !== null) await this.#running(pid);
    client.sendEvent(event);
  }

  async #other(event: DebugProtocol.Event): Promise<void> {
    const { client, launch } = this.#parts;
    if ((await launch.ownEvent?.(event)) !== true) client.sendEvent(event);
  }

  /** The program holds what it was started with, and has done nothing yet. */
  async #running(pid: number): Promise<void> {
    const { client, session, subject } = this.#parts;
    if (this.#pid !== null || subject.kind !== 'launched') return;
    this.#pid = pid;
    tell(client, await session.check(pid, subject.prepared));
    tellProcess(client, subject.prepared.configuration.program, pid, 'launch');
  }
}
