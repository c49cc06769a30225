import { Event, OutputEvent, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import {
  credentialsRequest,
  type DebuggerName,
  type LaunchConfiguration,
} from '../../protocol/debug.ts';
import type { Backend, ClientStreams } from './backend.ts';
import { refusalMessage, tell, tellProcess, terminalOf, textOf } from './conversation.ts';
import type { RunInTerminal } from './debuggerProcess.ts';
import { Peer } from './peer.ts';
import type { ProgramOutput } from './programOutput.ts';
import { LaunchRefused } from './refusal.ts';
import type { PreparedLaunch, Session } from './session.ts';

/** A debugger that speaks the protocol itself: what is its own, beside what all of them need. */
export interface RelayedDebugger {
  readonly name: DebuggerName;
  /** What every release can do. The client learns the rest when the debugger runs. */
  readonly capabilities: DebugProtocol.Capabilities;
  /** What is exec'd, where that is not the program that the configuration names: its interpreter. */
  readonly executable?: (
    configuration: LaunchConfiguration,
    environment: NodeJS.ProcessEnv,
  ) => Promise<string>;
  /**
   * Starts it, and what of it needs the capabilities through the session.
   * @throws {LaunchRefused} where it cannot be started
   */
  launch(prepared: PreparedLaunch, around: Surroundings): Promise<RelayedLaunch>;
}

/** What a launch can make use of. */
export interface Surroundings {
  readonly session: Session;
  /** Null where the client has none. */
  readonly terminal: RunInTerminal | null;
  readonly announce: (line: string) => void;
  /** What the program wrote. */
  readonly say: (text: string, category: 'stdout' | 'stderr') => void;
}

/** A debugger that was started, and how it is to be spoken with. */
export interface RelayedLaunch {
  readonly input: Readable;
  readonly output: Writable;
  /** The request that makes it run the program. */
  readonly command: 'launch' | 'attach';
  readonly arguments: object;
  /** Settles when there is no debugger any more. */
  readonly ended: Promise<unknown>;
  /** What it said that may explain why it did not start. */
  readonly why: () => string | Promise<string>;
  /** Ends it, and the program; settles when they are gone. */
  close(): Promise<void>;
  /** Where the program has no terminal. */
  readonly programOutput: ProgramOutput | null;
  /** What a stop is in the words of the protocol; `pausing` where the client asked for one. */
  readonly stop: (body: Stopped, pausing: boolean) => Stopped;
  /** The program's exit status as shells tell it, from what the debugger tells; null where it tells none. */
  readonly exitStatus: (told: number | null) => number | null | Promise<number | null>;
  /** The program's pid, once it is there, from a debugger that has no event for it. */
  readonly findProgram?: () => Promise<number | null>;
  /** Whether it has something to tell when it is asked to disconnect after the program's end. */
  readonly takesLeave?: boolean;
  /** Every event, at the moment when it comes. */
  readonly hear?: (event: DebugProtocol.Event) => void;
  /** An event of its own, which is nothing for the client. */
  readonly ownEvent?: (event: DebugProtocol.Event) => boolean | Promise<boolean>;
}

type Stopped = DebugProtocol.StoppedEvent['body'];

/** A debugger that speaks the protocol, as a backend. */
export function relayed(debuggerKind: RelayedDebugger): Backend {
  return {
    name: debuggerKind.name,
    serve: (client, session) =>
      new Promise((resolve) => {
        new Relay(client, session, debuggerKind, resolve);
      }),
  };
}

const initializationSchema = v.looseObject({
  supportsRunInTerminalRequest: v.optional(v.boolean(), false),
});
const processSchema = v.object({ systemProcessId: v.pipe(v.number(), v.minValue(1)) });
const exitedSchema = v.object({ exitCode: v.number() });
const stoppedSchema = v.looseObject({ reason: v.string() });

class Relay {
  readonly #session: Session;
  readonly #kind: RelayedDebugger;
  readonly #client: Peer;
  readonly #onEnd: () => void;
  #initialization: v.InferOutput<typeof initializationSchema> | null = null;
  #prepared: PreparedLaunch | null = null;
  #launch: RelayedLaunch | null = null;
  #debugger: Peer | null = null;
  #pid: number | null = null;
  #pausing = false;
  #exitTold = false;
  #terminated = false;
  /** What the debugger said while something that it said before is still dealt with. */
  readonly #held: (() => void | Promise<void>)[] = [];
  #busy = false;

  constructor(
    client: ClientStreams,
    session: Session,
    debuggerKind: RelayedDebugger,
    onEnd: () => void,
  ) {
    this.#session = session;
    this.#kind = debuggerKind;
    this.#onEnd = onEnd;
    this.#client = new Peer(client, {
      request: (request) => this.#asked(request),
      event: () => undefined,
      closed: () => void this.#end(),
    });
  }

  /** What the client wants. */
  #asked(request: DebugProtocol.Request): void {
    switch (request.command) {
      case 'initialize':
        this.#initialization = v.parse(initializationSchema, request.arguments);
        this.#client.answer(request, { success: true, body: this.#kind.capabilities });
        return;
      case 'launch':
        void this.#launching(request);
        return;
      case 'attach':
        this.#refuse(
          request,
          new LaunchRefused(
            'configuration',
            `Capwright does not attach with ${this.#kind.name}.`,
            'Launch the program, or attach with gdb.',
          ),
        );
        return;
      case 'disconnect':
      case 'terminate':
        void this.#leave(request);
        return;
      case credentialsRequest:
        void this.#credentials(request);
        return;
      case 'pause':
        this.#pausing = true;
        this.#forward(request);
        return;
      default:
        this.#forward(request);
    }
  }

  #forward(request: DebugProtocol.Request): void {
    if (this.#debugger === null) {
      this.#refuse(request, new Error('Nothing is debugged.'));
      return;
    }
    this.#debugger.ask(request.command, request.arguments, (response) =>
      this.#inOrder(() => this.#client.answer(request, response)),
    );
  }

  async #launching(request: DebugProtocol.Request): Promise<void> {
    try {
      const { executable } = this.#kind;
      const prepared = await this.#session.prepare(request.arguments, executable);
      this.#prepared = prepared;
      tell(this.#client, prepared.lines);
      const asksTerminal = this.#initialization?.supportsRunInTerminalRequest === true;
      const launch = await this.#kind.launch(prepared, {
        session: this.#session,
        terminal: asksTerminal ? terminalOf((args) => this.#askTerminal(args)) : null,
        announce: (line) => tell(this.#client, [`$ ${line}`]),
        say: (text, category) => this.#client.sendEvent(new OutputEvent(text, category)),
      });
      this.#launch = launch;
      const peer = new Peer(launch, {
        request: (asked) => this.#askedBack(asked),
        event: (event) => {
          launch.hear?.(event);
          this.#inOrder(() => this.#told(event));
        },
        closed: () => undefined,
      });
      const gone = launch.ended.then(() => {
        throw new Error('it has ended');
      });
      gone.catch(() => this.#inOrder(() => this.#terminate()));
      await Promise.race([this.#begin(peer, launch, request), gone]).catch(
        async (error: unknown) => {
          throw new LaunchRefused(
            'debugger',
            `${this.#kind.name} did not start (${textOf(error)}): ${await launch.why()}`,
            'The refusals of capwright-launch are in native/README.md.',
          );
        },
      );
    } catch (error) {
      await this.#launch?.close();
      this.#refuse(request, error);
    }
  }

  /** Introduces the client, and hands on the launch. Settles when that was answered. */
  async #begin(peer: Peer, launch: RelayedLaunch, request: DebugProtocol.Request): Promise<void> {
    const introduction = { ...this.#initialization, supportsRunInTerminalRequest: false };
    const introduced = await new Promise<DebugProtocol.Response>((resolve) =>
      peer.ask('initialize', introduction, resolve),
    );
    if (!introduced.success) throw new Error(`initialize: ${String(introduced.message)}`);
    const capabilities: unknown = introduced.body;
    this.#client.sendEvent(new Event('capabilities', { capabilities }));
    this.#debugger = peer;
    await new Promise<void>((resolve, reject) =>
      peer.ask(launch.command, launch.arguments, (response) =>
        this.#inOrder(() => {
          if (response.success) {
            this.#client.answer(request, { success: true });
            resolve();
          } else reject(new Error(response.message));
        }),
      ),
    );
  }

  /** What the debugger wants of the client. */
  #askedBack(request: DebugProtocol.Request): void {
    this.#client.ask(request.command, request.arguments, (response) =>
      this.#debugger?.answer(request, response),
    );
  }

  /** What the debugger tells. */
  #told(event: DebugProtocol.Event): void | Promise<void> {
    const body: unknown = event.body;
    switch (event.event) {
      case 'process': {
        const told = v.safeParse(processSchema, body);
        return told.success ? this.#running(told.output.systemProcessId) : undefined;
      }
      case 'stopped': {
        const pausing = this.#pausing;
        this.#pausing = false;
        const stopped = v.parse(stoppedSchema, body);
        this.#client.sendEvent(new Event('stopped', this.#launch?.stop(stopped, pausing) ?? body));
        return;
      }
      case 'exited': {
        const told = v.safeParse(exitedSchema, body);
        return told.success ? this.#exited(told.output.exitCode) : undefined;
      }
      case 'terminated':
        return this.#terminate();
      case 'initialized':
        return this.#initialized(event);
      default:
        return this.#other(event);
    }
  }

  async #initialized(event: DebugProtocol.Event): Promise<void> {
    const pid = (await this.#launch?.findProgram?.()) ?? null;
    if (pid !== null) await this.#running(pid);
    this.#client.sendEvent(event);
  }

  async #other(event: DebugProtocol.Event): Promise<void> {
    if ((await this.#launch?.ownEvent?.(event)) !== true) this.#client.sendEvent(event);
  }

  /** The program holds what it was started with, and has done nothing yet. */
  async #running(pid: number): Promise<void> {
    const prepared = this.#prepared;
    if (this.#pid !== null || prepared === null) return;
    this.#pid = pid;
    tell(this.#client, await this.#session.check(pid, prepared));
    tellProcess(this.#client, prepared, pid);
  }

  async #exited(code: number | null): Promise<void> {
    if (this.#exitTold || this.#launch === null || this.#pid === null) return;
    this.#exitTold = true;
    const exitCode = await this.#launch.exitStatus(code);
    await this.#launch.programOutput?.drained();
    if (exitCode !== null) this.#client.sendEvent(new Event('exited', { exitCode }));
  }

  async #terminate(): Promise<void> {
    if (this.#terminated) return;
    this.#terminated = true;
    if (this.#launch?.takesLeave === true) await this.#takeLeave(this.#launch);
    await this.#exited(null);
    await this.#launch?.programOutput?.drained();
    this.#client.sendEvent(new TerminatedEvent());
    // It holds capabilities, and has nothing left to do.
    await this.#launch?.close();
  }

  /** Whatever it has to tell, it has told when it answers. */
  async #takeLeave({ ended }: RelayedLaunch): Promise<void> {
    const left = new Promise<unknown>((resolve) => this.#debugger?.ask('disconnect', {}, resolve));
    await Promise.race([left, ended]);
  }

  async #leave(request: DebugProtocol.Request): Promise<void> {
    await this.#launch?.close();
    if (request.command === 'terminate') await this.#terminate();
    this.#client.answer(request, { success: true });
    if (request.command === 'disconnect') await this.#end();
  }

  async #end(): Promise<void> {
    this.#terminated = true;
    await this.#launch?.close();
    this.#launch?.programOutput?.dispose();
    this.#onEnd();
  }

  async #credentials(request: DebugProtocol.Request): Promise<void> {
    if (this.#pid === null || this.#terminated) {
      this.#refuse(request, new Error('The program does not run.'));
      return;
    }
    const body = await this.#session.credentials(this.#pid);
    this.#client.answer(request, { success: true, body });
  }

  #askTerminal(args: DebugProtocol.RunInTerminalRequestArguments): Promise<DebugProtocol.Response> {
    return new Promise((resolve) => this.#client.ask('runInTerminal', args, resolve));
  }

  #refuse(request: DebugProtocol.Request, error: unknown): void {
    this.#client.answer(request, {
      success: false,
      message: error instanceof LaunchRefused ? `${error.message}\n${error.remedy}` : textOf(error),
      body: { error: refusalMessage(error) },
    });
  }

  /** What the debugger says reaches the client in its order, whatever has to be waited for. */
  #inOrder(step: () => void | Promise<void>): void {
    this.#held.push(step);
    if (!this.#busy) this.#proceed();
  }

  #proceed(): void {
    for (let step = this.#held.shift(); step !== undefined; step = this.#held.shift()) {
      const waiting = step();
      if (waiting === undefined) continue;
      this.#busy = true;
      void waiting
        .catch((error: unknown) => tell(this.#client, [textOf(error)]))
        .then(() => {
          this.#busy = false;
          this.#proceed();
        });
      return;
    }
  }
}
