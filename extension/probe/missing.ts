import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { Outcome } from '../protocol/probe.ts';

/** Why a fact is missing, in words: the call and its errno, or why nobody could ask. */
export function missingReason(
  outcome: Exclude<Outcome<unknown>, { readonly value: unknown }>,
): string {
  if ('unavailable' in outcome) return outcome.unavailable;
  const { call, errno, path } = outcome.error;
  return path === undefined ? `${call} answers ${errno}` : `${call} of ${path} answers ${errno}`;
}

export function evidenceOf<T>(outcome: Outcome<T>, source: string): Evidence<T> {
  return 'value' in outcome
    ? known(outcome.value, source)
    : unknown(missingReason(outcome), source);
}
