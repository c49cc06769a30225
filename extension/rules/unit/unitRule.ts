import type { Operation } from '../../model/operations.ts';
import type { Span } from '../../model/unit/piece.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import type { UnitJudgement } from '../../model/unit/judgeUnit.ts';
import type { UnitReading } from '../../model/unit/unit.ts';
import type { FoundUnit } from '../../model/unit/unitSources.ts';
import type { UnitSystem } from '../../model/unit/unitSystem.ts';
import type { Finding } from '../finding.ts';

/** A unit with what systemd makes of it and what the model made of that: what unit rules look at. */
export interface JudgedUnit {
  readonly unit: FoundUnit;
  readonly reading: UnitReading;
  readonly system: UnitSystem;
  readonly operations: readonly Operation[];
  readonly judgement: UnitJudgement;
}

/** What a unit rule reports, on a place in one of the unit’s files. */
export interface UnitFinding {
  /** The rule’s id. */
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly confidence: Finding['confidence'];
  readonly file: string;
  /** In the file’s text. */
  readonly span: Span;
  /** An observed fact, then why it matters. */
  readonly message: string;
  /** Least privilege first; each was judged again and helps. */
  readonly fixes: readonly UnitFix[];
}

/** One rule is one file whose name is the id. */
export interface UnitRule {
  readonly id: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Markdown: what it means, why systemd does it, what to do. */
  readonly explanation: string;
  /** Man pages and systemd sources that the rule follows. At least one. */
  readonly citations: readonly string[];
  readonly check: (judged: JudgedUnit) => readonly UnitFinding[];
}
