/** In milliseconds, for a debugger that is asked to leave to answer, and as long again to be gone. */
export const leaveTime = 5_000;

const request = JSON.stringify({
  ...{ seq: 0, type: 'request', command: 'disconnect' },
  arguments: { terminateDebuggee: false },
});

const message = `Content-Length: ${String(request.length)}\r\n\r\n${request}`;

/**
 * A debugger that speaks the protocol on its standard streams, asked to disconnect when its input has
 * ended: whoever would have asked is gone then, and it is to let go of the process that it has attached to.
 */
export function takingLeave(command: readonly string[]): readonly string[] {
  // It is to answer nobody, and not to end by that.
  const script = 'trap "" PIPE; exec 3<&0; exec "$@" < <(cat <&3; printf %s "$0") 3<&-';
  return ['bash', '-c', script, message, ...command];
}
