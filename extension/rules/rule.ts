import type { Judgement } from '../model/judge.ts';
import type { Operation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import type { Finding, Severity } from './finding.ts';

/** The evidence together with what the model made of it: what rules look at. */
export interface JudgedSystem {
  readonly system: System;
  readonly operations: readonly Operation[];
  readonly judgement: Judgement;
}

/** What the page of a rule shows. */
export interface RulePage {
  /** Reads as “allow …”: `file-capabilities-on-nosuid-mount`. */
  readonly id: string;
  /** What it is about. */
  readonly category: string;
  readonly severity: Severity;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Markdown: what it means, why the kernel does it, what to do. */
  readonly explanation: string;
  /** Man pages and kernel sources that the rule follows. At least one. */
  readonly citations: readonly string[];
  /** At least one that finds and one that does not. */
  readonly examples: readonly { readonly title: string; readonly finds: boolean }[];
}

/** One rule is one file whose name is the id. Everything else about it is derived from this. */
export interface Rule extends RulePage {
  readonly category: RuleCategory;
  readonly check: (judged: JudgedSystem) => readonly Finding[];
  readonly examples: readonly RuleExample[];
}

export type RuleCategory = 'program' | 'launch' | 'device' | 'limit';

export interface RuleExample {
  readonly title: string;
  readonly system: System;
  readonly operations: readonly Operation[];
  readonly finds: boolean;
}
