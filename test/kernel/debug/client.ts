/** A client of the Debug Adapter Protocol, as an editor is one: the adapter is a child, run by a user. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';

type Message = DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event;

/** In milliseconds. Only stops a hang. */
const patience = 20_000;

export interface ClientOptions {
  /** Starts the adapter. */
  readonly argv: readonly string[];
  /** Runs what the adapter wants in a terminal; null for a client without one. */
  readonly terminal: ((argv: readonly string[]) => ChildProcess) | null;
}

export class Client {
  readonly adapter: ChildProcess;
  readonly events: DebugProtocol.Event[] = [];
  /** The one that stopped last. */
  thread = 1;
  /** What programs in the terminal wrote. */
  terminalText = '';
  readonly #options: ClientOptions;
  readonly #waiting = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #listeners = new Set<() => void>();
  #sequence = 0;
  #heard = Buffer.alloc(0);
  #errors = '';
  /** Events before this index were waited for already. */
  #seen = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    const [file = '', ...args] = options.argv;
    this.adapter = spawn(file, args, { stdio: 'pipe', cwd: '/' });
    this.adapter.setMaxListeners(0);
    this.adapter.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    this.adapter.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.adapter.stdin?.on('error', () => undefined);
  }

  /** Sends a request; the response may be a refusal. */
  ask(command: string, args: object = {}): Promise<DebugProtocol.Response> {
    const seq = ++this.#sequence;
    const answer = new Promise<DebugProtocol.Response>((resolve) =>
      this.#waiting.set(seq, resolve),
    );
    this.#send({ seq, type: 'request', command, arguments: args });
    // Whoever is killed answers nothing.
    const ended = new Promise<never>((_, reject) =>
      this.adapter.once('exit', () =>
        reject(new Error(`the adapter ended before ${command}: ${this.#errors}`)),
      ),
    );
    ended.catch(() => undefined);
    return this.#within(Promise.race([answer, ended]), `an answer to ${command}`);
  }

  /** Sends a request that has to succeed, and answers with the body. */
  async request<T = unknown>(command: string, args: object = {}): Promise<T> {
    const response = await this.ask(command, args);
    if (!response.success) throw new Error(`${command}: ${response.message ?? ''}`);
    return response.body as T;
  }

  /** The next event of this kind after the one that was waited for last. */
  async event<T = unknown>(name: string): Promise<T> {
    const find = (): DebugProtocol.Event | undefined => {
      const index = this.events.findIndex(({ event }, at) => at >= this.#seen && event === name);
      if (index < 0) return undefined;
      this.#seen = index + 1;
      return this.events[index];
    };
    const found = new Promise<DebugProtocol.Event>((resolve) => {
      const look = (): void => {
        const event = find();
        if (event === undefined) return;
        this.#listeners.delete(look);
        resolve(event);
      };
      this.#listeners.add(look);
      look();
    });
    return (await this.#within(found, `the event ${name}`)).body as T;
  }

  /** What was said in the debug console, or by the program. */
  said(category: string): string {
    return this.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body as DebugProtocol.OutputEvent['body'])
      .filter((body) => (body.category ?? 'console') === category)
      .map(({ output }) => output)
      .join('');
  }

  /** Of a long session, what has happened so far. */
  forget(): void {
    this.events.length = 0;
    this.#seen = 0;
  }

  /** The body of the last event of this kind that has come. */
  last(name: string): unknown {
    const found = this.events.findLast(({ event }) => event === name);
    if (found === undefined) throw new Error(`the event ${name} has not come`);
    return found.body;
  }

  get hasTerminal(): boolean {
    return this.#options.terminal !== null;
  }

  initialize(): Promise<DebugProtocol.Capabilities> {
    return this.request('initialize', {
      adapterID: 'capwright',
      pathFormat: 'path',
      supportsRunInTerminalRequest: this.#options.terminal !== null,
    });
  }

  /** Ends the session, and waits for the end of the adapter. */
  async disconnect(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.adapter.once('exit', () => resolve()));
    await this.request('disconnect', {});
    await this.#within(ended, 'the end of the adapter');
  }

  async #within<T>(promise: Promise<T>, what: string): Promise<T> {
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      limit = setTimeout(() => {
        const events = this.events.map(({ event, body }) => `${event} ${JSON.stringify(body)}`);
        reject(new Error(`${what} did not come.\n${this.#errors}\n${events.join('\n')}`));
      }, patience);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(limit);
    }
  }

  #send(message: object): void {
    const text = JSON.stringify(message);
    this.adapter.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(chunk: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, chunk]);
    for (;;) {
      const end = this.#heard.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(
        /Content-Length: (\d+)/.exec(this.#heard.toString('utf8', 0, end))?.[1],
      );
      const start = end + 4;
      if (this.#heard.length < start + length) return;
      this.#handle(JSON.parse(this.#heard.toString('utf8', start, start + length)) as Message);
      this.#heard = this.#heard.subarray(start + length);
    }
  }

  #handle(message: Message): void {
    if (message.type === 'response') {
      const response = message as DebugProtocol.Response;
      this.#waiting.get(response.request_seq)?.(response);
      this.#waiting.delete(response.request_seq);
    } else if (message.type === 'event') {
      const event = message as DebugProtocol.Event;
      this.events.push(event);
      if (event.event === 'stopped')
        this.thread = (event.body as DebugProtocol.StoppedEvent['body']).threadId ?? this.thread;
      for (const look of this.#listeners) look();
    } else {
      this.#runInTerminal(message as DebugProtocol.RunInTerminalRequest);
    }
  }

  #runInTerminal({ seq, command, arguments: { args } }: DebugProtocol.RunInTerminalRequest): void {
    const child = this.#options.terminal?.(args);
    child?.stdout?.on('data', (chunk: Buffer) => (this.terminalText += chunk.toString()));
    this.#send({
      ...{ seq: ++this.#sequence, type: 'response', request_seq: seq, command },
      ...{ success: child !== undefined, body: { processId: child?.pid } },
    });
  }
}
