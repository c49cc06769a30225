import type { Failure } from '../../app/failure.ts';

/** Why no session begins: stable words, and the ids with which the protocol tells errors. */
export const refusalIds = {
  /** The launch configuration cannot be used. */
  configuration: 4101,
  /** The program cannot be looked at, or will not start. */
  program: 4102,
  /** The program’s own file would take the ambient capabilities from it. */
  'ambient-cleared': 4103,
  /** There is no way to the capabilities here. */
  'not-granted': 4104,
  /** The debugger is missing, too old, or did not start. */
  debugger: 4105,
  /** The client’s terminal did not come. */
  terminal: 4106,
  /** The kernel would not let the debugger attach. */
  attach: 4107,
} as const;

export type RefusalKind = keyof typeof refusalIds;

/** Nothing was started, or what was started has ended again. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused';
  readonly kind: RefusalKind;
  readonly remedy: string;

  constructor(kind: RefusalKind, message: string, remedy: string) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }

  static of(kind: RefusalKind, { message, remedy }: Failure): LaunchRefused {
    return new LaunchRefused(kind, message, remedy);
  }
}
