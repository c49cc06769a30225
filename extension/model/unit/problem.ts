import type { Span } from './piece.ts';

/** What is wrong with a place in a unit file, and what systemd makes of it. */
export interface UnitMessage {
  readonly path: string;
  readonly span: Span;
  readonly problem: UnitProblem;
  /** The word, key, name or value that is meant. */
  readonly subject: string;
  readonly loss: Loss;
}

/** What systemd goes without. `unit` means that it refuses to start the unit (LoadState=bad-setting). */
export type Loss = 'word' | 'line' | 'rest-of-file' | 'unit' | 'nothing';

interface ProblemFacts {
  /** What is lost as a rule; with `-` before a command only the line. */
  readonly loss: Loss;
  /** Whether systemd logs anything at level warning or above. */
  readonly logged: boolean;
}

/** The problems, by what systemd does about each. */
export const unitProblems = {
  'line-too-long': { loss: 'rest-of-file', logged: true },
  'not-utf8': { loss: 'rest-of-file', logged: true },
  'bad-section-header': { loss: 'rest-of-file', logged: true },
  'missing-equals': { loss: 'line', logged: true },
  'missing-key': { loss: 'line', logged: true },
  'unknown-section': { loss: 'line', logged: true },
  'assignment-outside-section': { loss: 'line', logged: true },
  'unknown-key': { loss: 'line', logged: true },
  'removed-key': { loss: 'line', logged: false },
  'empty-value': { loss: 'line', logged: true },
  'invalid-value': { loss: 'line', logged: true },
  'unbalanced-quote': { loss: 'line', logged: true },
  'unbalanced-quote-in-list': { loss: 'word', logged: false },
  'unknown-escape': { loss: 'line', logged: true },
  'unknown-escape-kept': { loss: 'nothing', logged: true },
  'unknown-capability': { loss: 'word', logged: false },
  'unknown-secure-bit': { loss: 'word', logged: false },
  'unknown-address-family': { loss: 'word', logged: true },
  'unknown-system-call': { loss: 'word', logged: true },
  'invalid-word': { loss: 'word', logged: true },
  'invalid-device-rights': { loss: 'line', logged: true },
  'invalid-device-path': { loss: 'line', logged: true },
  'relative-path': { loss: 'line', logged: true },
  'unknown-specifier': { loss: 'line', logged: true },
  'unusable-directory': { loss: 'unit', logged: true },
  'invalid-name': { loss: 'unit', logged: true },
  'nobody-user': { loss: 'nothing', logged: true },
  'empty-command': { loss: 'unit', logged: true },
  'invalid-program': { loss: 'unit', logged: true },
} as const satisfies Record<string, ProblemFacts>;

export type UnitProblem = keyof typeof unitProblems;
