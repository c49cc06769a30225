import { setTimeout } from 'node:timers/promises';
import { Event, OutputEvent, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { GDBDebugSessionBase } from 'cdt-gdb-adapter/dist/gdb/GDBDebugSessionBase.js';
import type {
  AttachRequestArguments,
  LaunchRequestArguments,
} from 'cdt-gdb-adapter/dist/types/session.js';
import * as v from 'valibot';
import type { Expectation } from '../../../../model/expectation.ts';
import { credentialsRequest } from '../../../../protocol/debug.ts';
import type { DenialText } from '../../../../report/debugText.ts';
import type { Backend, ClientStreams } from '../../backend.ts';
import type { DebuggerProcess, RunInTerminal } from '../../debuggerProcess.ts';
import {
  refusalMessage,
  tell,
  tellProcess,
  terminalOf,
  textOf,
  withSubtleFrames,
} from '../../conversation.ts';
import { denialException, denialLines, denialStop } from '../../deniedStop.ts';
import { leaveTime } from '../../farewell.ts';
import { gateFilter, offerGates } from '../../gateFilter.ts';
import type { ProgramOutput } from '../../programOutput.ts';
import { refusalIds } from '../../refusal.ts';
import type { PreparedLaunch, Session, StartedDebugger, StartRequest } from '../../session.ts';
import { StoppingBackend } from './gdbBackend.ts';
import { argumentsCommand, asMi, setUpCommands } from './gdbCommands.ts';
import { conventionOf, gateCost } from './gdbGates.ts';
import { GateWatch } from './gdbGateWatch.ts';
import { gdbManager, gdbVersion, startGdb } from './gdbProcess.ts';
import {
  deletedSchema,
  breakpointSchema,
  groupSchema,
  stopSchema,
  type Stop,
} from './gdbRecords.ts';
import { openStreams } from './gdbStreams.ts';
import { haltAt, type StopWords } from './gdbStops.ts';

/** gdb, by its machine interface: the releases before 14 speak no other protocol. */
export const gdbMi: Backend = {
  name: 'gdb',
  serve: async ({ input, output }: ClientStreams, session: Session) => {
    const adapter = new GdbMiSession(session);
    const ended = new Promise<void>((resolve) => {
      adapter.onEnd = resolve;
    });
    adapter.start(input, output);
    await ended;
  },
};

/** In milliseconds, for the client to answer that it has a terminal. */
const terminalTime = 60_000;

const outputSchema = v.object({ output: v.string(), category: v.literal('stdout') });

/** The adapter library's session, with what it lacks, and without starting a gdb by itself. */
class GdbMiSession extends GDBDebugSessionBase {
  onEnd: () => void = () => undefined;
  readonly #session: Session;
  #prepared: PreparedLaunch | null = null;
  #expectation: Expectation | null = null;
  #gdb: DebuggerProcess | null = null;
  /** Fails when gdb has ended. */
  #gone = new Promise<never>(() => undefined);
  /** To a process that was there before, and stays. */
  #attached = false;
  #output: ProgramOutput | null = null;
  #pid: number | null = null;
  #pausing = false;
  #ended = false;
  /** Null on an architecture whose calls cannot be read. */
  readonly #gates: GateWatch | null;
  /** The breakpoint in `main` that the configuration asked for. */
  #entry: string | null = null;
  #denial: DenialText | null = null;

  constructor(session: Session) {
    super({
      createGDBManager: async (_, { gdb = 'gdb' }) => {
        if (this.#gdb === null)
          throw new TypeError('gdb is started before the library asks for it');
        return gdbManager(this.#gdb, await gdbVersion(gdb));
      },
      createBackend: (_, manager) =>
        Promise.resolve(new StoppingBackend(manager, () => this.#atFirstInstruction())),
    });
    this.#session = session;
    const convention = conventionOf(session.options.host.architecture);
    this.#gates = convention === null ? null : new GateWatch(convention, () => this.gdb);
  }

  /** Not the process: whoever serves the session ends that. */
  override shutdown(): void {
    void this.#leave().then(() => {
      this.#output?.dispose();
      this.onEnd();
    });
  }

  /** Ends gdb, and the program with it, unless that was there before. */
  async #leave(): Promise<void> {
    if (this.#attached && !this.#ended) {
      this.#attached = false;
      const detached = this.pauseIfNeeded().then(() => this.gdb.sendCommand('-target-detach'));
      const patience = setTimeout(leaveTime, null, { ref: false });
      await Promise.race([detached, this.#gone, patience]).catch(() => undefined);
    }
    this.#gdb?.close();
    await this.#gdb?.ended;
  }

  /** What gdb says is not what the program says, which the library cannot tell apart. */
  override sendEvent(event: DebugProtocol.Event): void {
    const body: unknown = event.body;
    const said = v.safeParse(outputSchema, body);
    super.sendEvent(
      event.event === 'output' && said.success ? new OutputEvent(said.output.output) : event,
    );
  }

  override sendResponse(response: DebugProtocol.Response): void {
    const body: unknown = response.body;
    if (response.command === 'stackTrace') response.body = withSubtleFrames(body);
    super.sendResponse(response);
  }

  protected override initializeRequest(
    response: DebugProtocol.InitializeResponse,
    args: DebugProtocol.InitializeRequestArguments,
  ): void {
    response.body = {
      ...response.body,
      ...(this.#gates === null ? {} : offerGates(gateCost)),
    };
    super.initializeRequest(response, args);
  }

  protected override async launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): Promise<void> {
    try {
      await this.#launch(response, args);
    } catch (error) {
      this.#gdb?.close();
      this.sendErrorResponse(response, refusalMessage(error));
    }
  }

  protected override async attachRequest(
    response: DebugProtocol.AttachResponse,
    args: DebugProtocol.AttachRequestArguments,
  ): Promise<void> {
    try {
      await this.#attach(response, args);
    } catch (error) {
      this.#gdb?.close();
      this.sendErrorResponse(response, refusalMessage(error));
    }
  }

  async #attach(response: DebugProtocol.AttachResponse, args: unknown): Promise<void> {
    const prepared = await this.#session.prepareAttach(args);
    this.#tell(prepared.lines);
    const { configuration, pid, name } = prepared;
    const { program, debuggerPath = 'gdb', initCommands } = configuration;
    await this.#start(prepared, debuggerPath);
    this.#expectation = prepared.expectation;
    this.#attached = true;
    const request: AttachRequestArguments = {
      // Undefined or not: it reads the file that the process executes.
      ...(program === undefined ? {} : { program }),
      processId: String(pid),
      gdb: debuggerPath,
      initCommands: [...initCommands],
    };
    await Promise.race([this.attachOrLaunchRequest(response, 'attach', request), this.#gone]);
    tellProcess(this, name, pid, 'attach');
  }

  async #launch(response: DebugProtocol.LaunchResponse, args: unknown): Promise<void> {
    const session = this.#session;
    const prepared = await session.prepare(args);
    this.#prepared = prepared;
    this.#expectation = prepared.expectation;
    this.#tell(prepared.lines);
    const { configuration } = prepared;
    const { program, debuggerPath = 'gdb', initCommands } = configuration;
    const started = await this.#start(prepared, debuggerPath);
    const { output, streams } = await openStreams(
      prepared,
      started,
      session.options,
      (text, category) => super.sendEvent(new OutputEvent(text, category)),
    );
    this.#output = output;
    const request: LaunchRequestArguments = {
      program,
      gdb: debuggerPath,
      preConnectCommands: [
        argumentsCommand(configuration.args),
        ...setUpCommands(prepared, started, streams, session.options.environment),
      ].map(asMi),
      initCommands: [...initCommands],
    };
    await Promise.race([this.attachOrLaunchRequest(response, 'launch', request), this.#gone]);
  }

  async #start(prepared: StartRequest, path: string): Promise<StartedDebugger> {
    const { started, gone } = await startGdb(this.#session, prepared, path, {
      terminal: this.supportsRunInTerminalRequest ? this.#terminal() : null,
      announce: (line) => this.#tell([`$ ${line}`]),
    });
    this.#gdb = started.process;
    this.#gone = gone;
    gone.catch(() => this.#end(null));
    return started;
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    { filters }: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.#watchGates(filters.includes(gateFilter)).then(
      () => this.sendResponse(response),
      (error: unknown) => this.sendErrorResponse(response, refusalIds.debugger, textOf(error)),
    );
  }

  async #watchGates(wanted: boolean): Promise<void> {
    if (this.#gates?.want(wanted) !== true) return;
    await this.pauseIfNeeded();
    await this.#gates.set();
    await this.continueIfNeeded();
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    if (this.#denial === null) {
      this.sendErrorResponse(response, refusalIds.debugger, 'It has not stopped at a refusal.');
      return;
    }
    response.body = denialException(this.#denial);
    this.sendResponse(response);
  }

  protected override async configurationDoneRequest(
    response: DebugProtocol.ConfigurationDoneResponse,
    args: DebugProtocol.ConfigurationDoneArguments,
  ): Promise<void> {
    if (this.#prepared?.configuration.stopOnEntry === true) {
      const made = await this.gdb.sendCommand('-break-insert -t main');
      this.#entry = v.parse(breakpointSchema, made).bkpt.number;
    }
    await super.configurationDoneRequest(response, args);
  }

  /** The program holds what it was started with, and has done nothing yet. */
  async #atFirstInstruction(): Promise<void> {
    const pid = this.#pid;
    const prepared = this.#prepared;
    if (pid === null || prepared === null) return;
    this.#tell(await this.#session.check(pid, prepared));
    tellProcess(this, prepared.configuration.program, pid, 'launch');
  }

  protected override async pauseRequest(
    response: DebugProtocol.PauseResponse,
    args: DebugProtocol.PauseArguments,
  ): Promise<void> {
    this.#pausing = true;
    await super.pauseRequest(response, args);
  }

  protected override handleGDBNotify(notifyClass: string, data: unknown): void {
    if (notifyClass === 'thread-group-started') {
      const group = v.safeParse(groupSchema, data);
      if (group.success) this.#pid = group.output.pid;
    }
    // A catchpoint is no breakpoint that the client knows of.
    const breakpoint = v.safeParse(breakpointSchema, data);
    if (breakpoint.success && breakpoint.output.bkpt.type === 'catchpoint') {
      this.#gates?.made(breakpoint.output.bkpt.number);
      return;
    }
    // Nor is the one in `main`, which gdb deletes itself.
    const deleted = v.safeParse(deletedSchema, data);
    if (notifyClass === 'breakpoint-deleted' && deleted.success) {
      if (deleted.output.id === this.#entry) return;
    }
    super.handleGDBNotify(notifyClass, data);
  }

  protected override handleGDBStopped(data: unknown): void {
    const stop = v.parse(stopSchema, data);
    const pausing = this.#pausing;
    this.#pausing = false;
    this.#denial = null;
    if (this.#gates?.stoppedBy(stop) === true) {
      void this.#denied(this.#gates, stop);
      return;
    }
    const halt = haltAt(stop, { pausing, entry: this.#entry });
    if (halt.kind === 'ended') void this.#end(halt.status);
    else if (halt.kind === 'usual') super.handleGDBStopped(data);
    else this.#stopped(stop, halt);
  }

  #stopped(stop: Stop, { reason, description, text }: StopWords): void {
    this.frameHandles.reset();
    this.variableHandles.reset();
    this.sendEvent(
      new Event('stopped', {
        reason,
        ...(description === undefined ? {} : { description }),
        ...(text === undefined ? {} : { text }),
        threadId: Number(stop['thread-id']),
        allThreadsStopped: stop['stopped-threads'] === 'all',
      }),
    );
  }

  /** The kernel refused a call that is watched: says which gate, then stops there. */
  async #denied(gates: GateWatch, stop: Stop): Promise<void> {
    const expectation = this.#expectation;
    const pid = this.#pid;
    if (pid === null || expectation === null) return;
    const denial = await gates.explain(stop, { session: this.#session, pid, expectation });
    this.#denial = denial;
    this.#tell(denialLines(denial));
    this.#stopped(stop, denialStop(denial));
  }

  protected override customRequest(
    command: string,
    response: DebugProtocol.Response,
    args: unknown,
  ): void {
    if (command === credentialsRequest) void this.#credentials(response);
    else super.customRequest(command, response, args);
  }

  async #credentials(response: DebugProtocol.Response): Promise<void> {
    if (this.#pid === null || this.#ended) {
      this.sendErrorResponse(response, refusalIds.program, 'The program does not run.');
      return;
    }
    response.body = await this.#session.credentials(this.#pid);
    this.sendResponse(response);
  }

  /** The program is gone, or gdb is: then there is no status. */
  async #end(status: number | null): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#output?.drained();
    if (status !== null) this.sendEvent(new Event('exited', { exitCode: status }));
    this.sendEvent(new TerminatedEvent());
    // It holds capabilities, and has nothing left to do.
    this.#gdb?.close();
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    void this.#leave()
      .then(() => this.#end(null))
      .then(() => this.sendResponse(response));
  }

  protected override async disconnectRequest(
    response: DebugProtocol.DisconnectResponse,
  ): Promise<void> {
    await this.#leave();
    this.sendResponse(response);
    this.shutdown();
  }

  #terminal(): RunInTerminal {
    return terminalOf(
      (args) => new Promise((resolve) => this.runInTerminalRequest(args, terminalTime, resolve)),
    );
  }

  #tell(lines: readonly string[]): void {
    tell(this, lines);
  }
}
