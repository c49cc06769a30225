/**
 * Evidence: one observed fact together with where it was seen. "Not allowed to look" is never
 * "not there": what could not be observed is `unknown` and names why.
 */
export type Evidence<T> = Known<T> | Unknown;

export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
  /** The call or file that gave the fact, such as `getxattr(security.capability)` or `mountinfo 31`. */
  readonly source: string;
}

export interface Unknown {
  readonly kind: 'unknown';
  /** Why it could not be seen, in words for the user. */
  readonly reason: string;
  readonly source: string;
}

/** The process whose view a piece of evidence is. */
export interface Vantage {
  readonly process: 'terminal' | 'extension-host' | 'command-line' | 'named-process' | 'example';
  /** Process id in the observer's PID namespace; null where no process is meant. */
  readonly pid: number | null;
  /** The process's name (`comm`), such as `bash`. */
  readonly name: string;
}

export function known<T>(value: T, source: string): Known<T> {
  return { kind: 'known', value, source };
}

export function unknown(reason: string, source: string): Unknown {
  return { kind: 'unknown', reason, source };
}
