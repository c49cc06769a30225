import type { Readable, Writable } from 'node:stream';
import type { DebuggerName } from '../../protocol/debug.ts';
import type { Session } from './session.ts';

/** The two ends of the client's connection: messages of the Debug Adapter Protocol, framed. */
export interface ClientStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * One kind of debugger, one file in backends/. It speaks with the client from the first message to
 * the last, by itself or by relaying to another adapter, and leaves to the session what all of them
 * need: the preflight, the way to capabilities, the terminal, the check after launch, the words.
 *
 * It starts nothing but the least part that needs the capabilities through the session, and listens
 * on no TCP port.
 */
export interface Backend {
  readonly name: DebuggerName;
  /** Serves one client; settles when there is nothing left to say. */
  serve(client: ClientStreams, session: Session): Promise<void>;
}
