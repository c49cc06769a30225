import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Readable, Writable } from 'node:stream';
import type { DebuggerName, LaunchConfiguration } from '../../protocol/debug.ts';
import type { Ask } from './ask.ts';
import type { RunInTerminal } from './debuggerProcess.ts';
import type { Denial } from './denial.ts';
import type { ProgramOutput } from './programOutput.ts';
import type { PreparedAttach, PreparedLaunch, Session } from './session.ts';

/** A debugger that speaks the protocol itself: what is its own, beside what all of them need. */
export interface RelayedDebugger {
  readonly name: DebuggerName;
  /** What every release can do. The client learns the rest when the debugger runs. */
  readonly capabilities: DebugProtocol.Capabilities;
  /** Null or absent where it cannot stop at refused calls. */
  readonly gates?: (session: Session) => RelayedGates | null;
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
  /** The same for a process that runs; a sentence where that cannot be done, and the remedy. */
  readonly attach:
    | ((prepared: PreparedAttach, around: Surroundings) => Promise<RelayedLaunch>)
    | { readonly refusal: string; readonly remedy: string };
}

/** `tid`: the kernel’s id of the thread; null where the debugger does not tell it. */
export type RelayedDenial = Denial & { readonly tid: number | null };

/** How a debugger is made to stop where the kernel refuses a call. */
export interface RelayedGates {
  /** For the client, what it costs. */
  readonly cost: string;
  /** Before the client sets anything. */
  prepare?(ask: Ask): Promise<void>;
  /**
   * Has it stop there, or no more.
   * @param others what the client set beside; it goes to the debugger too
   */
  set(
    wanted: boolean,
    others: DebugProtocol.SetExceptionBreakpointsArguments,
    ask: Ask,
  ): Promise<DebugProtocol.Response>;
  /**
   * What was refused where it has stopped; null where it has stopped for another reason, `own` where
   * that was to set the watch, and is nothing for the client.
   */
  read(stop: Stopped, ask: Ask): Promise<RelayedDenial | 'own' | null>;
}

/** What a launch can make use of. */
export interface Surroundings {
  readonly session: Session;
  /** Null where the client has none. */
  readonly terminal: RunInTerminal | null;
  readonly announce: (line: string) => void;
  /** What the program wrote. */
  readonly say: (text: string, category: 'stdout' | 'stderr') => void;
  /** What the debugger wrote. */
  readonly comment: (text: string) => void;
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
  /**
   * What a stop is in the words of the protocol; null where it is nothing for the client.
   * @param pausing the client asked for one
   */
  readonly stop: (
    body: Stopped,
    pausing: boolean,
    ask: Ask,
  ) => Stopped | null | Promise<Stopped | null>;
  /** What it means that it has no stack to tell, where it is now; null where it says so itself. */
  readonly withoutStack?: () => string | null;
  /** Whether its first stop, before the program has done anything, is its own affair. */
  readonly stopsFirst?: boolean;
  /** The program's exit status as shells tell it, from what the debugger tells; null where it tells none. */
  readonly exitStatus: (told: number | null, ask: Ask) => number | null | Promise<number | null>;
  /** The program's pid, once it is there, from a debugger that has no event for it. */
  readonly findProgram?: () => Promise<number | null>;
  /** Whether it has something to tell when it is asked to disconnect after the program's end. */
  readonly takesLeave?: boolean;
  /** Every event, at the moment when it comes. */
  readonly hear?: (event: DebugProtocol.Event) => void;
  /** Every answer to what the client has asked, at the moment when it comes. */
  readonly answered?: (response: DebugProtocol.Response) => void;
  /** An event of its own, which is nothing for the client. */
  readonly ownEvent?: (event: DebugProtocol.Event) => boolean | Promise<boolean>;
}

export type Stopped = DebugProtocol.StoppedEvent['body'];
