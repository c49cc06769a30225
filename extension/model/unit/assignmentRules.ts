import type { Piece } from './piece.ts';
import type { Loss, UnitProblem } from './problem.ts';
import type { SpecifierContext } from './specifiers.ts';
import type { SystemdRules } from './systemdRules.ts';

/**
 * How a directive reads its assignments, one after the other: a parser of systemd's
 * `src/core/load-fragment.c`.
 */
export interface AssignmentRule<T> {
  /** What holds without an assignment. */
  readonly initial: T;
  readonly assign: (before: T, value: Piece, context: AssignmentContext) => Change<T>;
}

export interface AssignmentContext {
  /** As it is written; a directive may have several keys. */
  readonly key: string;
  readonly specifiers: SpecifierContext;
  readonly rules: SystemdRules;
  /**
   * @param subject the part of the value that is meant
   * @param loss where it is not what the problem costs as a rule
   */
  readonly report: (problem: UnitProblem, subject: Piece, loss?: Loss) => void;
}

export type Change<T> =
  | {
      readonly kind: 'set';
      readonly value: T;
      /** Whether nothing of what was assigned before has a part in it. */
      readonly alone: boolean;
    }
  /** As if the line were not there. */
  | { readonly kind: 'ignored' }
  /**
   * ENOEXEC: systemd reads no further in the file, and with a unit’s own file it refuses the unit.
   * The value is what the line gave until then.
   */
  | { readonly kind: 'refused'; readonly value: T };

export const ignored = { kind: 'ignored' } as const;

/** The value takes the place of whatever was assigned before. */
export function replaced<T>(value: T): Change<T> {
  return { kind: 'set', value, alone: true };
}

/** The value is made of the one before and of the line. */
export function merged<T>(value: T): Change<T> {
  return { kind: 'set', value, alone: false };
}

export function refused<T>(value: T): Change<T> {
  return { kind: 'refused', value };
}
