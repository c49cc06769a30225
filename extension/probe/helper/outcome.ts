import { getSystemErrorMap } from 'node:util';

import type { CallError, Outcome, ProbeFailure } from '../../protocol/probe.ts';

/** What Node throws when a call of the operating system fails. */
interface SystemError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return (
    error instanceof Error &&
    'errno' in error &&
    typeof error.errno === 'number' &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    typeof error.syscall === 'string'
  );
}

/** Does it, and turns a failure of the operating system into data; any other fault is thrown on. */
export function outcomeOf<T>(path: string, action: () => T): Outcome<T> {
  try {
    return { value: action() };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { error: { ...callErrorOf(error), path } };
  }
}

/** Continues with a value; what is not one stays as it is. */
export function withValue<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  return 'value' in outcome ? next(outcome.value) : outcome;
}

/** Names the path in an error of a call that worked on a descriptor and so did not know it. */
export function about<T>(path: string, outcome: Outcome<T>): Outcome<T> {
  return 'error' in outcome ? { error: { ...outcome.error, path } } : outcome;
}

/** The failure of a request whose one necessary call had no value. */
export function failureOf(outcome: Exclude<Outcome<unknown>, { value: unknown }>): ProbeFailure {
  return 'error' in outcome
    ? { kind: 'call', reason: sentence(outcome.error), error: outcome.error }
    : { kind: 'unavailable', reason: outcome.unavailable };
}

/** The failure of a request that ended in something thrown: by a call, or by a fault of ours. */
export function failureOfThrown(error: unknown): ProbeFailure {
  if (isSystemError(error)) return failureOf({ error: callErrorOf(error) });
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', reason };
}

function sentence({ call, errno, message, path }: CallError): string {
  // Quoted as JSON: a name may hold a line end.
  const subject = path === undefined ? call : `${call} ${JSON.stringify(path)}`;
  return `${subject}: ${errno} (${message})`;
}

function callErrorOf(error: SystemError): CallError {
  // Node's own message would name the link under /proc through which the file was reached.
  const message = getSystemErrorMap().get(error.errno)?.[1] ?? error.message;
  return { call: error.syscall, errno: errnoName(error), message };
}

function errnoName({ code, errno }: SystemError): string {
  // libuv gives number 95 the other of its two names; the kernel and the manual say this one.
  if (code === 'ENOTSUP') return 'EOPNOTSUPP';
  return /^E[A-Z0-9]+$/.test(code) ? code : `E${-errno}`;
}
