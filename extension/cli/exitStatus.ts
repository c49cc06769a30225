/** What every command of `capwright` exits with. */
export const exitStatus = {
  /** All allowed, or no findings. */
  ok: 0,
  /** Something is denied, or there are findings. */
  denied: 1,
  /** The command line, or the file it names, cannot be used. */
  usage: 2,
  /** What was seen does not suffice for an answer. */
  undetermined: 3,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
