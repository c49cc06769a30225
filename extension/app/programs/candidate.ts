/** A program that somebody named: a launch configuration, or what builds it. It may not be built yet. */
export interface ProgramCandidate {
  readonly path: string;
  readonly source: 'launch' | 'cmake' | 'cargo';
  /** What the source calls it: the name of the configuration, or of the target. */
  readonly name: string;
}
