import type { Directive } from '../../model/unit/directives.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { StartRefusal } from '../../model/unit/unitReason.ts';
import { stepsOf } from './unitFindings.ts';
import type { JudgedUnit } from './unitRule.ts';

/** A command that a setting keeps from starting. */
export interface RefusedCommand {
  readonly directive: Directive;
  readonly origin: Origin;
  readonly program: string;
  readonly status: string;
}

/** The first command that is refused for a cause, where lines of the unit are to blame. */
export function commandStart(judged: JudgedUnit, cause: StartRefusal): RefusedCommand | null {
  for (const { command, reason } of stepsOf(judged, 'unit-start-refused')) {
    const origin = reason.setting?.origins.at(-1);
    if (reason.cause !== cause || reason.setting === null || origin === undefined) continue;
    const program = pathText(command.execution.command.program) ?? 'the program';
    return { directive: reason.setting.directive, origin, program, status: reason.status };
  }
  return null;
}
