/** What makes a build tool start programs through a runner, as a change of one of its files. */
export type RunnerEdit<T> =
  | ({ readonly kind: 'edit' } & T)
  /** Nothing is guessed at and nothing replaced: the reason completes `it is left as it is: …`. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A setting of a workspace and the value that it gets. */
export interface SettingValue {
  readonly setting: string;
  readonly value: unknown;
}

export function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}
