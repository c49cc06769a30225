import { setTimeout } from 'node:timers/promises';
import { leaveTime } from '../farewell.ts';
import type { Peer } from '../peer.ts';

/**
 * Asks a debugger to disconnect. Whatever it has to tell, it has told when it answers.
 * @param ended settles when it is gone
 * @returns false where it does neither in time: lldb-dap, up to 16 at least, may wait for itself
 */
export function takeLeave(connection: Peer, ended: Promise<unknown>): Promise<boolean> {
  const asked = { terminateDebuggee: false };
  const left = new Promise<unknown>((resolve) => connection.ask('disconnect', asked, resolve));
  return Promise.race([
    Promise.race([left, ended]).then(() => true),
    setTimeout(leaveTime, false, { ref: false }),
  ]);
}

/**
 * The same of one that has attached, and detaches after it has answered: killed before, it would leave
 * the process stopped.
 */
export async function letGo(connection: Peer, ended: Promise<unknown>): Promise<void> {
  const left = await takeLeave(connection, ended);
  if (left) await Promise.race([ended, setTimeout(leaveTime, null, { ref: false })]);
}
