import { OutputEvent, TerminatedEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import { credentialsRequest } from '../../../protocol/debug.ts';
import type { Backend, ClientStreams } from '../backend.ts';
import { refusalMessage, tell, terminalOf, textOf } from '../conversation.ts';
import { denialException } from '../deniedStop.ts';
import { gateFilter } from '../gateFilter.ts';
import { Peer } from '../peer.ts';
import { LaunchRefused } from '../refusal.ts';
import type {
  RelayedDebugger,
  RelayedGates,
  RelayedLaunch,
  Surroundings,
} from '../relayedDebugger.ts';
import type { Session } from '../session.ts';
import { offeredCapabilities } from './offeredCapabilities.ts';
import { RelayedRun } from './relayedRun.ts';
import type { Subject } from './relayedProgram.ts';
import { asksOfLabel, shownStack } from './shownStack.ts';

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
const filtersSchema = v.looseObject({ filters: v.array(v.string()) });

/** What a client asks for: answered here, or by the debugger, which is asked in its stead. */
class Relay {
  readonly #session: Session;
  readonly #kind: RelayedDebugger;
  readonly #client: Peer;
  readonly #onEnd: () => void;
  readonly #gates: RelayedGates | null;
  #initialization: v.InferOutput<typeof initializationSchema> | null = null;
  /** Once a debugger was started. */
  #run: RelayedRun | null = null;

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

  #serve(request: DebugProtocol.Request): void {
    switch (request.command) {
      case 'initialize':
        this.#initialization = v.parse(initializationSchema, request.arguments);
        this.#client.answer(request, {
          success: true,
          body: offeredCapabilities(this.#kind, this.#gates),
        });
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
      case 'scopes':
        if (asksOfLabel(request.arguments)) {
          this.#client.answer(request, { success: true, body: { scopes: [] } });
        } else this.#forward(request);
        return;
      case 'pause':
        this.#run?.program.pausing();
        this.#forward(request);
        return;
      default:
        this.#forward(request);
    }
  }

  #setFilters(request: DebugProtocol.Request): void {
    const asked = v.safeParse(filtersSchema, request.arguments);
    const run = this.#run;
    if (this.#gates === null || run?.isIntroduced !== true || !asked.success) {
      this.#forward(request);
      return;
    }
    const { filters } = asked.output;
    const others = { ...asked.output, filters: filters.filter((each) => each !== gateFilter) };
    void this.#gates.set(filters.includes(gateFilter), others, run.ask).then(
      (response) => run.steps.add(() => this.#client.answer(request, response)),
      (error: unknown) => this.#refuse(request, error),
    );
  }

  #tellDenial(request: DebugProtocol.Request): void {
    const denial = this.#run?.program.denial ?? null;
    if (denial === null) this.#forward(request);
    else this.#client.answer(request, { success: true, body: denialException(denial) });
  }

  #forward(request: DebugProtocol.Request): void {
    const run = this.#run;
    if (run?.isIntroduced !== true) {
      this.#refuse(request, new Error('Nothing is debugged.'));
      return;
    }
    run.forward(request, (response) =>
      this.#client.answer(
        request,
        request.command === 'stackTrace' ? shownStack(response, run.stackLabel) : response,
      ),
    );
  }

  async #launching(request: DebugProtocol.Request): Promise<void> {
    await this.#starting(request, async () => {
      const { executable } = this.#kind;
      const prepared = await this.#session.prepare(request.arguments, executable);
      tell(this.#client, prepared.lines);
      const launch = await this.#kind.launch(prepared, this.#surroundings());
      return { launch, subject: { kind: 'launched', prepared } };
    });
  }

  async #attaching(request: DebugProtocol.Request): Promise<void> {
    await this.#starting(request, async () => {
      const { attach } = this.#kind;
      if (typeof attach === 'object') {
        throw new LaunchRefused('configuration', attach.refusal, attach.remedy);
      }
      const prepared = await this.#session.prepareAttach(request.arguments);
      tell(this.#client, prepared.lines);
      const launch = await attach(prepared, this.#surroundings());
      return { launch, subject: { kind: 'attached', prepared } };
    });
  }

  #surroundings(): Surroundings {
    const asksTerminal = this.#initialization?.supportsRunInTerminalRequest === true;
    return {
      session: this.#session,
      terminal: asksTerminal ? terminalOf((args) => this.#askTerminal(args)) : null,
      announce: (line) => tell(this.#client, [`$ ${line}`]),
      say: (text, category) => this.#client.sendEvent(new OutputEvent(text, category)),
      comment: (text) => this.#client.sendEvent(new OutputEvent(text, 'console')),
    };
  }

  async #starting(
    request: DebugProtocol.Request,
    start: () => Promise<{ readonly launch: RelayedLaunch; readonly subject: Subject }>,
  ): Promise<void> {
    try {
      this.#run = new RelayedRun({
        ...{ client: this.#client, session: this.#session, kind: this.#kind, gates: this.#gates },
        ...(await start()),
        initialization: this.#initialization,
      });
      await this.#run.begin(request);
    } catch (error) {
      this.#refuse(request, error);
    }
  }

  async #leave(request: DebugProtocol.Request): Promise<void> {
    await this.#run?.close();
    if (request.command === 'terminate') await this.#terminate();
    this.#client.answer(request, { success: true });
    if (request.command === 'disconnect') await this.#end();
  }

  async #terminate(): Promise<void> {
    if (this.#run !== null) await this.#run.terminate();
    else this.#client.sendEvent(new TerminatedEvent());
  }

  async #end(): Promise<void> {
    await this.#run?.end();
    this.#onEnd();
  }

  async #credentials(request: DebugProtocol.Request): Promise<void> {
    const pid = this.#run?.program.pid ?? null;
    if (pid === null || this.#run?.terminated === true) {
      this.#refuse(request, new Error('The program does not run.'));
      return;
    }
    const body = await this.#session.credentials(pid);
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
}
