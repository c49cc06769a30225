import { Event, OutputEvent, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import type { Expectation } from '../../model/expectation.ts';
import { credentialsRequest } from '../../protocol/debug.ts';
import type { DenialText } from '../../report/debugText.ts';
import type { Ask } from './ask.ts';
import type { Backend, ClientStreams } from './backend.ts';
import {
  refusalMessage,
  tell,
  tellProcess,
  terminalOf,
  textOf,
  withSubtleFrames,
} from './conversation.ts';
import { leaveTime } from './farewell.ts';
import { gateFilter, offerGates } from './gateFilter.ts';
import { Peer } from './peer.ts';
import { LaunchRefused } from './refusal.ts';
import type {
  RelayedDebugger,
  RelayedDenial,
  RelayedGates,
  RelayedLaunch,
  Stopped,
  Surroundings,
} from './relayedDebugger.ts';
import type { PreparedAttach, PreparedLaunch, Session } from './session.ts';

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
const stoppedSchema = v.looseObject({ reason: v.string(), threadId: v.exactOptional(v.number()) });
const capabilitiesSchema = v.looseObject({
  exceptionBreakpointFilters: v.optional(
    v.array(v.looseObject({ filter: v.string(), label: v.string() })),
    [],
  ),
});
const filtersSchema = v.looseObject({ filters: v.array(v.string()) });

class Relay {
  readonly #session: Session;
  readonly #kind: RelayedDebugger;
  readonly #client: Peer;
  readonly #onEnd: () => void;
  #initialization: v.InferOutput<typeof initializationSchema> | null = null;
  #prepared: PreparedLaunch | null = null;
  /** The process that was there before, and stays. */
  #attached: PreparedAttach | null = null;
  #expectation: Expectation | null = null;
  #launch: RelayedLaunch | null = null;
  #debugger: Peer | null = null;
  readonly #gates: RelayedGates | null;
  #pid: number | null = null;
  /** Of a program that has not been looked at. */
  #untold: number | null = null;
  #pausing = false;
  /** At which it has stopped. */
  #denial: DenialText | null = null;
  #asked: (() => void) | null = null;
  readonly #launchAsked = new Promise<void>((resolve) => (this.#asked = resolve));
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
    this.#gates = debuggerKind.gates?.(session) ?? null;
    this.#client = new Peer(client, {
      request: (request) => this.#serve(request),
      event: () => undefined,
      closed: () => void this.#end(),
    });
  }

  /** What the client wants. */
  #serve(request: DebugProtocol.Request): void {
    switch (request.command) {
      case 'initialize':
        this.#initialization = v.parse(initializationSchema, request.arguments);
        this.#client.answer(request, { success: true, body: this.#capabilities() });
        return;
      case 'launch':
        void this.#launching(request);
        return;
      case 'attach':
        void this.#attaching(request);
        return;
      case 'disconnect':
      case 'terminate':
        void this.#leave(request);
        return;
      case credentialsRequest:
        void this.#credentials(request);
        return;
      case 'setExceptionBreakpoints':
        this.#setFilters(request);
        return;
      case 'exceptionInfo':
        this.#tellDenial(request);
        return;
      case 'pause':
        this.#pausing = true;
        this.#forward(request);
        return;
      default:
        this.#forward(request);
    }
  }

  /** Also of the debugger, where it runs, with what is offered beside. */
  #capabilities(own: unknown = {}): DebugProtocol.Capabilities {
    const { exceptionBreakpointFilters: filters, ...rest } = v.parse(capabilitiesSchema, own);
    const gates = this.#gates === null ? {} : offerGates(this.#gates.cost);
    const all = [...(gates.exceptionBreakpointFilters ?? []), ...filters];
    return {
      ...this.#kind.capabilities,
      ...rest,
      ...gates,
      ...(all.length === 0 ? {} : { exceptionBreakpointFilters: all }),
    };
  }

  #setFilters(request: DebugProtocol.Request): void {
    const asked = v.safeParse(filtersSchema, request.arguments);
    if (this.#gates === null || this.#debugger === null || !asked.success) {
      this.#forward(request);
      return;
    }
    const { filters } = asked.output;
    const others = { ...asked.output, filters: filters.filter((each) => each !== gateFilter) };
    void this.#gates.set(filters.includes(gateFilter), others, this.#ask).then(
      (response) => this.#inOrder(() => this.#client.answer(request, response)),
      (error: unknown) => this.#refuse(request, error),
    );
  }

  #tellDenial(request: DebugProtocol.Request): void {
    if (this.#denial === null) {
      this.#forward(request);
      return;
    }
    const { title, details } = this.#denial;
    const body = { exceptionId: title, description: details.join('\n'), breakMode: 'always' };
    this.#client.answer(request, { success: true, body });
  }

  readonly #ask: Ask = (command, args) =>
    new Promise((resolve, reject) => {
      if (this.#debugger === null) reject(new Error('Nothing is debugged.'));
      else this.#debugger.ask(command, args, resolve);
      // Whoever has ended answers nothing.
      void this.#launch?.ended.then(() => reject(new Error('The debugger has ended.')));
    });

  #forward(request: DebugProtocol.Request): void {
    if (this.#debugger === null) {
      this.#refuse(request, new Error('Nothing is debugged.'));
      return;
    }
    this.#debugger.ask(request.command, request.arguments, (response) => {
      const body: unknown = response.body;
      const answer =
        request.command === 'stackTrace' ? { ...response, body: withSubtleFrames(body) } : response;
      this.#inOrder(() => this.#client.answer(request, answer));
    });
  }

  async #launching(request: DebugProtocol.Request): Promise<void> {
    await this.#starting(request, async (around) => {
      const { executable } = this.#kind;
      const prepared = await this.#session.prepare(request.arguments, executable);
      this.#prepared = prepared;
      this.#expectation = prepared.expectation;
      tell(this.#client, prepared.lines);
      return this.#kind.launch(prepared, around);
    });
  }

  async #attaching(request: DebugProtocol.Request): Promise<void> {
    await this.#starting(request, async (around) => {
      const { attach } = this.#kind;
      if (typeof attach === 'object') {
        throw new LaunchRefused('configuration', attach.refusal, attach.remedy);
      }
      const prepared = await this.#session.prepareAttach(request.arguments);
      this.#attached = prepared;
      this.#expectation = prepared.expectation;
      tell(this.#client, prepared.lines);
      return attach(prepared, around);
    });
    this.#tellAttached();
  }

  /** Once, when the debugger has attached. */
  #tellAttached(): void {
    if (this.#attached === null || this.#pid !== null || this.#debugger === null) return;
    const { name, pid } = this.#attached;
    this.#pid = pid;
    tellProcess(this.#client, name, pid, 'attach');
  }

  async #starting(
    request: DebugProtocol.Request,
    start: (around: Surroundings) => Promise<RelayedLaunch>,
  ): Promise<void> {
    try {
      const asksTerminal = this.#initialization?.supportsRunInTerminalRequest === true;
      const launch = await start({
        session: this.#session,
        terminal: asksTerminal ? terminalOf((args) => this.#askTerminal(args)) : null,
        announce: (line) => tell(this.#client, [`$ ${line}`]),
        say: (text, category) => this.#client.sendEvent(new OutputEvent(text, category)),
        comment: (text) => this.#client.sendEvent(new OutputEvent(text, 'console')),
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
    const capabilities = this.#capabilities(introduced.body);
    this.#client.sendEvent(new Event('capabilities', { capabilities }));
    this.#debugger = peer;
    await new Promise<void>((resolve, reject) => {
      peer.ask(launch.command, launch.arguments, (response) =>
        this.#inOrder(() => {
          if (response.success) {
            this.#client.answer(request, { success: true });
            resolve();
          } else reject(new Error(response.message));
        }),
      );
      this.#asked?.();
    });
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
        if (!told.success) return;
        if (this.#attached !== null) {
          this.#tellAttached();
          return;
        }
        this.#untold = told.output.systemProcessId;
        return this.#launch?.stopsFirst === true ? undefined : this.#running(this.#untold);
      }
      case 'stopped':
        return this.#stopped(v.parse(stoppedSchema, body));
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

  async #stopped(body: Stopped): Promise<void> {
    const pausing = this.#pausing;
    this.#pausing = false;
    this.#denial = null;
    if (this.#untold !== null) await this.#running(this.#untold);
    const denied = (await this.#gates?.read(body, this.#ask).catch(() => null)) ?? null;
    if (denied === 'own') return;
    const stop =
      denied === null
        ? await this.#launch?.stop(body, pausing, this.#ask)
        : await this.#denied(body, denied);
    if (stop !== null) this.#client.sendEvent(new Event('stopped', stop));
  }

  /** The kernel refused a call that is watched: says which gate, then stops there. */
  async #denied(body: Stopped, { call, errno, tid }: RelayedDenial): Promise<Stopped> {
    const expectation = this.#expectation;
    const pid = this.#pid;
    if (pid === null || expectation === null) return body;
    const denial = await this.#session.explain(
      { pid, tid: tid ?? pid },
      { expectation },
      call,
      errno,
    );
    this.#denial = denial;
    const { title, details } = denial;
    tell(this.#client, [title, ...details.map((each) => `  ${each}`)]);
    return { ...body, reason: 'exception', description: title, text: details[0] ?? title };
  }

  async #initialized(event: DebugProtocol.Event): Promise<void> {
    // Some debuggers say so before they were asked to launch anything.
    await this.#launchAsked;
    // Without, the filter is refused when it is set.
    await this.#gates?.prepare?.(this.#ask).catch(() => undefined);
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
    tellProcess(this.#client, prepared.configuration.program, pid, 'launch');
  }

  async #exited(code: number | null): Promise<void> {
    if (this.#exitTold || this.#launch === null || this.#pid === null) return;
    this.#exitTold = true;
    const exitCode = await this.#launch.exitStatus(code, this.#ask);
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

  /**
   * Whatever it has to tell, it has told when it answers.
   * @returns false where it does not: lldb-dap, up to 16 at least, may wait for itself
   */
  async #takeLeave({ ended }: RelayedLaunch): Promise<boolean> {
    const asked = { terminateDebuggee: false };
    const left = new Promise<unknown>((resolve) =>
      this.#debugger?.ask('disconnect', asked, resolve),
    );
    return Promise.race([
      Promise.race([left, ended]).then(() => true),
      setTimeout(leaveTime, false, { ref: false }),
    ]);
  }

  async #leave(request: DebugProtocol.Request): Promise<void> {
    await this.#close();
    if (request.command === 'terminate') await this.#terminate();
    this.#client.answer(request, { success: true });
    if (request.command === 'disconnect') await this.#end();
  }

  async #end(): Promise<void> {
    await this.#close();
    this.#terminated = true;
    this.#launch?.programOutput?.dispose();
    this.#onEnd();
  }

  /** Ends the debugger, and the program with it, unless that was there before. */
  async #close(): Promise<void> {
    const { launch, attached } = { launch: this.#launch, attached: this.#attached };
    this.#attached = null;
    // Who has not been spoken with yet is told by the end of its input.
    if (launch !== null && attached !== null && this.#debugger !== null && !this.#terminated) {
      const left = await this.#takeLeave(launch);
      // It detaches after it has answered: killed before, it would leave the process stopped.
      if (left) await Promise.race([launch.ended, setTimeout(leaveTime, null, { ref: false })]);
    }
    await launch?.close();
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
