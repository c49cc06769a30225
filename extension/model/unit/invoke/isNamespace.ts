import type { PathFacts } from '../unitSystem.ts';

/** Whether a namespace of the kind lies at a path (`fd_is_ns()`). What was not looked at is taken for one. */
export function isNamespace(facts: PathFacts | undefined, kind: 'net' | 'ipc' | 'user'): boolean {
  return facts === undefined || (facts.kind === 'other' && facts.namespace === kind);
}
