/** Why no answer could be given, and who can do something about it. */
export interface Failure {
  /** The user's input, the machine it runs on, or a fault of Capwright. */
  readonly blame: 'user' | 'environment' | 'ours';
  /** Names the thing. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}
