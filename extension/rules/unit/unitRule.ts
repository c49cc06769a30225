import type { UnitFix } from '../../fixes/unitFix.ts';
import type { CapabilityName } from '../../model/capability.ts';
import type { Operation, OperationId } from '../../model/operations.ts';
import type { Reason } from '../../model/reason.ts';
import type { IgnoreComment } from '../../model/unit/ignoreComment.ts';
import type { CommandJudgement, UnitJudgement } from '../../model/unit/judgeUnit.ts';
import type { Span } from '../../model/unit/piece.ts';
import type { Manager } from '../../model/unit/specifiers.ts';
import type { UnitReading } from '../../model/unit/unit.ts';
import type { FoundUnit } from '../../model/unit/unitSources.ts';
import type { UnitSystem } from '../../model/unit/unitSystem.ts';
import type { Denied } from '../../model/verdict.ts';
import type { Finding, Severity } from '../finding.ts';
import type { RulePage } from '../rule.ts';

/** A unit with what systemd makes of it and what the model made of that: what unit rules look at. */
export interface JudgedUnit {
  readonly unit: FoundUnit;
  readonly reading: UnitReading;
  readonly system: UnitSystem;
  readonly operations: readonly Operation[];
  readonly judgement: UnitJudgement;
  readonly wanted: ReadonlySet<OperationId>;
  /** What is wanted and refused. */
  readonly denials: readonly UnitDenial[];
  readonly ignoreComments: readonly IgnoreComment[];
}

/** Something that the unit wants and that is denied to the program of a command of ExecStart=. */
export interface UnitDenial {
  readonly command: CommandJudgement;
  readonly verdict: Denied;
}

/** What a unit rule reports, on a place in one of the unit’s files. */
export interface UnitFinding {
  /** The rule’s id. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Finding['confidence'];
  readonly file: string;
  /** In the file’s text. */
  readonly span: Span;
  /** An observed fact, then why it matters. */
  readonly message: string;
  /** Least privilege first; each was judged again and helps. */
  readonly fixes: readonly UnitFix[];
  /** Other places that are to blame, such as a line of another drop-in. */
  readonly related?: readonly RelatedPlace[];
  /** The steps of the model that led to it. */
  readonly reasons?: readonly Reason[];
}

export interface RelatedPlace {
  readonly file: string;
  readonly span: Span;
  /** What is there, in a few words without a full stop. */
  readonly text: string;
}

/** One rule is one file whose name is the id. `severity` is the highest that it gives. */
export interface UnitRule extends RulePage {
  readonly category: UnitRuleCategory;
  readonly check: (judged: JudgedUnit, others: OtherRules) => readonly UnitFinding[];
  readonly examples: readonly UnitExample[];
}

/** Files with what comments in them want to hear nothing of: those of a unit, or of systemd-networkd. */
export interface CommentedFiles extends Pick<JudgedUnit, 'ignoreComments'> {
  readonly unit: Pick<FoundUnit, 'fragment' | 'dropIns'>;
}

/** A rule about comments, which are alike in all files. */
export interface CommentRule extends UnitRule {
  readonly check: (files: CommentedFiles, others: OtherRules) => readonly UnitFinding[];
}

/** What a rule about comments goes by. The others are told no findings. */
export interface OtherRules {
  /** Of all rules about such files. */
  readonly ids: ReadonlySet<string>;
  readonly findings: readonly UnitFinding[];
}

export type UnitRuleCategory =
  | 'syntax'
  | 'capability'
  | 'file capability'
  | 'identity'
  | 'device'
  | 'namespace'
  | 'filter'
  /** About `# capwright: ignore` alone. */
  | 'comment';

export interface UnitExample extends UnitSituation {
  readonly title: string;
  readonly finds: boolean;
}

/** A unit on a machine as systemd sets it up, with the users root, alice and bob. */
export interface UnitSituation {
  /** Of [Service]; `ExecStart=/usr/bin/prog` comes before them where none begins so. */
  readonly lines: readonly string[];
  /** Of [Service], a drop-in each. */
  readonly dropIns?: readonly (readonly string[])[];
  /** Drop-ins as they are, after the others. */
  readonly dropInFiles?: readonly string[];
  /** Of [Unit]. */
  readonly unitLines?: readonly string[];
  /** `test.service` where it is not given. */
  readonly name?: string;
  /** That of alice for `user`; otherwise that of the system. */
  readonly scope?: Manager['scope'];
  /** 257 where it is not given. */
  readonly version?: number;
  /** Of the program, as setcap(8) takes them. */
  readonly fileCapabilities?: string;
  /** Whether nothing lies where the program is to be. */
  readonly programMissing?: boolean;
  /** Whether the program is a script. */
  readonly script?: boolean;
  /** Whether the program lies on a nosuid mount. */
  readonly nosuid?: boolean;
  /** What a user manager was given as ambient. */
  readonly managerHolds?: readonly CapabilityName[];
}
