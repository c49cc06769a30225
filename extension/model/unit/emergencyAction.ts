import { ignored, replaced, type AssignmentRule } from './assignmentRules.ts';
import { choice } from './choices.ts';

/** What ends with the unit: of the user’s there is only the manager itself, which exits. */
const actions = {
  ...{ none: 0, exit: 0, 'exit-force': 0, reboot: 0, 'reboot-force': 0, 'reboot-immediate': 0 },
  ...{ poweroff: 0, 'poweroff-force': 0, 'poweroff-immediate': 0, halt: 254, 'halt-force': 254 },
  ...{ 'halt-immediate': 254, 'soft-reboot': 254, 'soft-reboot-force': 254 },
  ...{ kexec: 254, 'kexec-force': 254 },
} as const;

type Action = keyof typeof actions;

const ofSystem = choice('none', actions);

/** `parse_emergency_action()`. */
export const emergencyAction: AssignmentRule<Action> = {
  initial: 'none',
  assign: (before, value, context) => {
    const { specifiers, rules, report } = context;
    const change = ofSystem.assign(before, value, context);
    const isOthers =
      change.kind === 'set' && !['none', 'exit', 'exit-force'].includes(change.value);
    if (specifiers.manager.scope === 'system' || !isOthers) return change;
    if (rules.userActionsAreExit) return replaced<Action>('exit-force');
    report('invalid-value', value);
    return ignored;
  },
};
