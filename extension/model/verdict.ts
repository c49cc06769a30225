import type { Errno } from './errno.ts';
import type { Reason } from './reason.ts';

/** The answer for one operation on one launch path, with the chain of reasons that leads to it. */
export type Verdict = Allowed | Denied | Undetermined;

export interface Allowed {
  readonly kind: 'allowed';
  /** What could refuse it all the same and could not be seen, in words for the user; usually nothing. */
  readonly unseen: readonly string[];
  readonly reasons: readonly Reason[];
}

export interface Denied {
  readonly kind: 'denied';
  /** The call that answers the errno: `execve`, `open(/dev/net/tun)`, `ioctl(TUNSETIFF)`, … */
  readonly call: string;
  readonly errno: Errno;
  /** The reason that refuses; the last of `reasons`. */
  readonly refusal: Reason;
  readonly reasons: readonly Reason[];
}

export interface Undetermined {
  readonly kind: 'unknown';
  /** What could not be seen, in words for the user. */
  readonly unseen: readonly string[];
  readonly reasons: readonly Reason[];
}
