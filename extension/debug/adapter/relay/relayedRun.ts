import { Event, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Ask } from '../ask.ts';
import { tell, textOf } from '../conversation.ts';
import { Peer } from '../peer.ts';
import { LaunchRefused } from '../refusal.ts';
import type { RelayedDebugger, RelayedGates, RelayedLaunch } from '../relayedDebugger.ts';
import type { Session } from '../session.ts';
import { introduce } from './introduce.ts';
import { offeredCapabilities } from './offeredCapabilities.ts';
import { OrderedSteps } from './orderedSteps.ts';
import { RelayedProgram, type Subject } from './relayedProgram.ts';
import { letGo, takeLeave } from './takeLeave.ts';

export interface RelayedRunParts {
  readonly client: Peer;
  readonly session: Session;
  readonly kind: RelayedDebugger;
  readonly gates: RelayedGates | null;
  readonly launch: RelayedLaunch;
  readonly subject: Subject;
  /** What the client has said of itself; null where it has not. */
  readonly initialization: object | null;
}

/** A debugger that was started: introduced to the client, asked for the program, and left in the end. */
export class RelayedRun {
  readonly program: RelayedProgram;
  /** What the debugger says reaches the client in its order, whatever has to be waited for. */
  readonly steps: OrderedSteps;
  readonly #parts: RelayedRunParts;
  #setAsked: (() => void) | null = null;
  readonly #asked = new Promise<void>((resolve) => (this.#setAsked = resolve));
  #connection: Peer | null = null;
  /** The process was there before, and stays. */
  #mustLetGo: boolean;
  #terminated = false;

  constructor(parts: RelayedRunParts) {
    const { client, session, gates, launch, subject } = parts;
    this.#parts = parts;
    this.#mustLetGo = subject.kind === 'attached';
    this.steps = new OrderedSteps((error) => tell(client, [textOf(error)]));
    this.program = new RelayedProgram({
      ...{ client, session, gates, launch, subject, ask: this.ask },
      asked: this.#asked,
      over: () => this.terminate(),
    });
  }

  /** The client has been introduced to the debugger, which can be asked from now on. */
  get isIntroduced(): boolean {
    return this.#connection !== null;
  }

  /** The client has been told that there is nothing more. */
  get terminated(): boolean {
    return this.#terminated;
  }

  /** What the debugger's refusal to tell a stack means; null where it says so itself. */
  get stackLabel(): string | null {
    return this.#parts.launch.withoutStack?.() ?? null;
  }

  /** Asks the debugger; rejects where it has not been introduced, or ends before it has answered. */
  readonly ask: Ask = (command, args) =>
    new Promise((resolve, reject) => {
      if (this.#connection === null) reject(new Error('Nothing is debugged.'));
      else this.#connection.ask(command, args, resolve);
      void this.#parts.launch.ended.then(() => reject(new Error('The debugger has ended.')));
    });

  /** Hands on what the client asks; the answer is taken in its turn among what the debugger says. */
  forward(
    { command, arguments: args }: DebugProtocol.Request,
    take: (response: DebugProtocol.Response) => void,
  ): void {
    this.#connection?.ask(command, args, (response) => {
      this.#parts.launch.answered?.(response);
      this.steps.add(() => take(response));
    });
  }

  /**
   * Introduces the client, and hands on what it has asked for; settles when that was answered.
   * @param request `launch` or `attach`
   * @throws {LaunchRefused} where the debugger refuses, or ends; it is gone then
   */
  async begin(request: DebugProtocol.Request): Promise<void> {
    const { kind, launch } = this.#parts;
    const connection = this.#connect();
    const gone = launch.ended.then(() => {
      throw new Error('it has ended');
    });
    gone.catch(() => this.steps.add(() => this.terminate()));
    await Promise.race([this.#handOn(connection, request), gone]).catch(async (error: unknown) => {
      const why = await launch.why();
      await launch.close();
      throw new LaunchRefused(
        'debugger',
        `${kind.name} did not start (${textOf(error)}): ${why}`,
        'The refusals of capwright-launch are in native/README.md.',
      );
    });
    this.program.attached();
  }

  /** Tells the client, once, what there is still to tell, and ends the debugger. */
  async terminate(): Promise<void> {
    if (this.#terminated) return;
    this.#terminated = true;
    const { client, launch } = this.#parts;
    if (launch.takesLeave === true && this.#connection !== null) {
      await takeLeave(this.#connection, launch.ended);
    }
    await this.program.exited(null);
    await launch.programOutput?.drained();
    client.sendEvent(new TerminatedEvent());
    // It holds capabilities, and has nothing left to do.
    await launch.close();
  }

  /** Ends the debugger, and the program with it, unless that was there before. */
  async close(): Promise<void> {
    const { launch } = this.#parts;
    const mustLetGo = this.#mustLetGo;
    this.#mustLetGo = false;
    // Who has not been spoken with yet is told by the end of its input.
    if (mustLetGo && this.#connection !== null && !this.#terminated) {
      await letGo(this.#connection, launch.ended);
    }
    await launch.close();
  }

  /** The same at the end of the session. */
  async end(): Promise<void> {
    await this.close();
    this.#terminated = true;
    this.#parts.launch.programOutput?.dispose();
  }

  #connect(): Peer {
    const { client, launch } = this.#parts;
    return new Peer(launch, {
      // What the debugger wants of the client.
      request: (asked) =>
        client.ask(asked.command, asked.arguments, (response) =>
          this.#connection?.answer(asked, response),
        ),
      event: (event) => {
        launch.hear?.(event);
        this.steps.add(() => this.program.told(event));
      },
      closed: () => undefined,
    });
  }

  async #handOn(connection: Peer, request: DebugProtocol.Request): Promise<void> {
    const { client, kind, gates, launch, initialization } = this.#parts;
    const own = await introduce(connection, initialization);
    const capabilities = offeredCapabilities(kind, gates, own);
    client.sendEvent(new Event('capabilities', { capabilities }));
    this.#connection = connection;
    await new Promise<void>((resolve, reject) => {
      connection.ask(launch.command, launch.arguments, (response) =>
        this.steps.add(() => {
          if (response.success) {
            client.answer(request, { success: true });
            resolve();
          } else reject(new Error(response.message));
        }),
      );
      this.#setAsked?.();
    });
  }
}
