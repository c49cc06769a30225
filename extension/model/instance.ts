import type { Credentials } from './credentials.ts';

/** Credentials belong to a thread, capabilities(7). */
export interface RunningThread {
  readonly tid: number;
  readonly name: string;
  readonly credentials: Omit<Credentials, 'securebits' | 'userNamespace'>;
  /** SECCOMP_MODE: 0 none, 1 strict, 2 filter. */
  readonly seccomp: number;
}

/** A process that runs a program, as it stands. */
export interface Instance {
  /** In the observer's PID namespace. */
  readonly pid: number;
  /**
   * Which file it executes: the one that is there now; one of that name which has been removed since,
   * as a linker does; or none that could be seen, so that its name alone speaks for it.
   */
  readonly file: 'same' | 'removed' | 'unseen';
  readonly main: RunningThread;
  /** The threads whose credentials are others. */
  readonly otherThreads: readonly RunningThread[];
  /** 0: nobody traces it. */
  readonly tracerPid: number;
}
