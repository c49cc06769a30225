import type { Outcome } from '../protocol/probe.ts';

/** Why a fact is missing, in words: the call and its errno, or why nobody could ask. */
export function missingReason(
  outcome: Exclude<Outcome<unknown>, { readonly value: unknown }>,
): string {
  if ('unavailable' in outcome) return outcome.unavailable;
  const { call, errno, path } = outcome.error;
  return path === undefined ? `${call} answers ${errno}` : `${call} of ${path} answers ${errno}`;
}
