import type { DebugProtocol } from '@vscode/debugprotocol';
import { ProtocolServer } from '@vscode/debugadapter/lib/protocol.js';
import type { Readable, Writable } from 'node:stream';

/** What the other end says of its own accord. */
export interface PeerListener {
  readonly request: (request: DebugProtocol.Request) => void;
  readonly event: (event: DebugProtocol.Event) => void;
  /** Nothing more comes. */
  readonly closed: () => void;
}

/** One end of a connection that speaks the Debug Adapter Protocol. */
export class Peer extends ProtocolServer {
  readonly #listener: PeerListener;
  readonly #waiting = new Map<number, (response: DebugProtocol.Response) => void>();
  /** As the library counts, which tells nobody. */
  #sequence = 0;

  constructor(
    { input, output }: { readonly input: Readable; readonly output: Writable },
    listener: PeerListener,
  ) {
    super();
    this.#listener = listener;
    this.on('close', listener.closed);
    // What cannot be read or written any more is answered by the end that follows.
    this.on('error', () => undefined);
    this.start(input, output);
  }

  /**
   * Asks the other end. The answer, which may be a failure, is taken at once when it comes: a promise
   * would let an event overtake it.
   */
  ask(command: string, args: unknown, take: (response: DebugProtocol.Response) => void): void {
    this.#sequence += 1;
    this.#waiting.set(this.#sequence, take);
    // The library forgets it at once: the answer is taken here.
    this.sendRequest(command, args, 0, () => undefined);
  }

  override sendEvent(event: DebugProtocol.Event): void {
    this.#sequence += 1;
    super.sendEvent(event);
  }

  answer(
    { seq, command }: DebugProtocol.Request,
    outcome: Pick<DebugProtocol.Response, 'success'> & Partial<DebugProtocol.Response>,
  ): void {
    this.#sequence += 1;
    this.sendResponse({ ...outcome, type: 'response', seq: 0, request_seq: seq, command });
  }

  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (isRequest(message)) this.#listener.request(message);
    else if (isEvent(message)) this.#listener.event(message);
    else if (isResponse(message)) {
      const take = this.#waiting.get(message.request_seq);
      this.#waiting.delete(message.request_seq);
      take?.(message);
    }
  }
}

function isRequest(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Request {
  return message.type === 'request';
}

function isEvent(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Event {
  return message.type === 'event';
}

function isResponse(message: DebugProtocol.ProtocolMessage): message is DebugProtocol.Response {
  return message.type === 'response';
}
