import type { Errno } from '../../model/errno.ts';
import type { SystemCall } from '../../model/systemCall.ts';

/** What was called, and with which errno the kernel refused it. */
export interface Denial {
  readonly call: SystemCall;
  readonly errno: Errno;
}
