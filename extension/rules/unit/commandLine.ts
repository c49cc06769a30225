import { spanOf } from '../../model/unit/piece.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { CommandExecution } from '../../model/unit/unitExecution.ts';
import type { JudgedUnit } from './unitRule.ts';

/** The line that a command is part of. */
export function commandLine(
  { reading }: JudgedUnit,
  { directive, command, origin }: CommandExecution,
): Origin | null {
  const { start } = spanOf(command.piece);
  const origins = reading.settings[directive]?.origins ?? [];
  return (
    origins.find(({ path, span }) => path === origin && span.start <= start && start < span.end) ??
    null
  );
}
