/** Where a program is named. */
export type ProgramSource =
  'setting' | 'launch' | 'task' | 'cmake' | 'meson' | 'cargo' | 'go' | 'make';

/** A program that somebody named: a launch configuration, or what builds it. It may not be built yet. */
export interface ProgramCandidate {
  readonly path: string;
  readonly source: ProgramSource;
  /** What the source calls it: the name of the configuration, of the task, or of the target. */
  readonly name: string;
  /** What the program at `path` interprets; absent for one that is started by itself. */
  readonly script?: string;
  /** With which a launch configuration starts it, as they are written; absent where it names none. */
  readonly capabilities?: readonly string[];
}
