import type { Credentials } from '../model/credentials.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import type { Operation } from '../model/operations.ts';
import type { GateId, GateReason, Reason } from '../model/reason.ts';
import type { Denied, Undetermined, Verdict } from '../model/verdict.ts';
import type { JudgedSystem } from './rule.ts';

/** The verdict of one operation on one launch path. */
interface Case<V extends Verdict> {
  readonly path: LaunchPath;
  readonly operation: Operation;
  readonly verdict: V;
  /** What the program would hold; null where it does not start. */
  readonly credentials: Credentials | null;
}

/** A denied operation on a launch path. */
export type Denial = Case<Denied>;

/** An operation on a launch path whose verdict is unknown. */
export type Doubt = Case<Undetermined>;

export function denialsOf(judged: JudgedSystem): readonly Denial[] {
  return casesOf(judged).filter((each): each is Denial => each.verdict.kind === 'denied');
}

export function doubtsOf(judged: JudgedSystem): readonly Doubt[] {
  return casesOf(judged).filter((each): each is Doubt => each.verdict.kind === 'unknown');
}

/** Every verdict, in the order of the launch paths. */
export function casesOf({ operations, judgement }: JudgedSystem): readonly Case<Verdict>[] {
  const cases: Case<Verdict>[] = [];
  for (const { path, credentials, verdicts } of judgement.paths) {
    for (const { operation: id, verdict } of verdicts) {
      const operation = operations.find((each) => each.id === id);
      if (operation !== undefined) cases.push({ path, operation, verdict, credentials });
    }
  }
  return cases;
}

/** The chain's reason of one rule of the model; null where there is none. */
export function reasonOf<K extends Reason['rule']>(
  { reasons }: Verdict,
  rule: K,
): Extract<Reason, { rule: K }> | null {
  return (
    reasons.find((reason): reason is Extract<Reason, { rule: K }> => reason.rule === rule) ?? null
  );
}

/** The refusal, where it is one of these gates that refuses. */
export function refusalAt({ verdict }: Denial, ...gates: readonly GateId[]): GateReason | null {
  const { refusal } = verdict;
  return refusal.rule === 'gate' && gates.includes(refusal.gate) ? refusal : null;
}

/** Why a user namespace cannot be created, where that is what refuses: on the way to a sandbox, or asked for. */
export function namespaceRefusal(
  refusal: Reason,
): Extract<Reason, { rule: 'sandbox-refused' }>['cause'] | null {
  if (refusal.rule === 'sandbox-refused') return refusal.cause;
  return refusal.rule === 'gate' && refusal.looked.kind === 'namespace'
    ? refusal.looked.cause
    : null;
}

/** The words for what could not be seen at one of these gates; null where they saw enough. */
export function unseenAt({ verdict }: Doubt, ...gates: readonly GateId[]): string | null {
  for (const reason of verdict.reasons) {
    if (reason.rule !== 'gate' || reason.looked.kind !== 'unseen') continue;
    if (gates.includes(reason.gate)) return reason.looked.what;
  }
  return null;
}
