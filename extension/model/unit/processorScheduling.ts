import { ignored, merged, replaced, type AssignmentRule } from './assignmentRules.ts';
import { parseInteger } from './integer.ts';

/** What sched_setscheduler(2) is asked for. */
export interface ProcessorScheduling {
  /** The number of the policy, such as 1 for SCHED_FIFO. */
  readonly policy: number;
  readonly priority: number;
  /** Whether the kernel is asked at all: since 258 not for a policy that the C library does not know. */
  readonly asked: boolean;
}

/**
 * CPUSchedulingPolicy= and CPUSchedulingPriority=: `config_parse_exec_cpu_sched_policy()` brings the priority before it
 * into the range of the policy, while that of a later line is compared with no policy
 * (`config_parse_exec_cpu_sched_prio()`). Null where neither is set.
 */
export const processorScheduling: AssignmentRule<ProcessorScheduling | null> = {
  initial: null,
  assign: (before, value, { key, report, rules }) => {
    const { policy, priority } = before ?? { policy: 0, priority: 0 };
    const invalid = () => {
      report(value.text === '' ? 'empty-value' : 'invalid-value', value);
      return ignored;
    };
    const number = parseInteger(value.text);
    if (key === 'CPUSchedulingPriority') {
      const isPriority = number !== null && number >= 0 && number <= greatestPriority;
      const asked = before?.asked ?? true;
      return isPriority ? merged({ policy, priority: number, asked }) : invalid();
    }
    if (value.text === '') return replaced(null);
    const named = policyNames.indexOf(value.text);
    const wanted = named === -1 ? number : named;
    if (wanted === null || wanted < 0) return invalid();
    const range = prioritiesOf(wanted);
    if (range !== null) {
      const within = Math.min(Math.max(priority, range[0]), range[1]);
      return merged({ policy: wanted, priority: within, asked: true });
    }
    if (!rules.unknownPolicyIsTold) return merged({ policy: wanted, priority: -1, asked: true });
    report('invalid-value', value);
    return merged({ policy: wanted, priority, asked: false });
  },
};

/** Whether the kernel has the policy with that priority, whoever asks (`__sched_setscheduler()`). */
export function isPriorityOfPolicy({
  policy,
  priority,
}: Pick<ProcessorScheduling, 'policy' | 'priority'>): boolean {
  const range = prioritiesOf(policy);
  return range !== null && priority >= range[0] && priority <= range[1];
}

export function isRealTime(policy: number): boolean {
  return ['fifo', 'rr'].includes(nameOfPolicy(policy));
}

/** As it is written in units. */
export function nameOfPolicy(policy: number): string {
  return policyNames[policy] ?? String(policy);
}

const policyNames: readonly (string | undefined)[] = [
  ...['other', 'fifo', 'rr', 'batch', undefined, 'idle'],
];

const greatestPriority = 99;

/** sched_get_priority_min(2) and its counterpart; null for what is no policy. */
function prioritiesOf(policy: number): readonly [least: number, greatest: number] | null {
  if (policyNames[policy] === undefined) return null;
  return isRealTime(policy) ? [1, greatestPriority] : [0, 0];
}
