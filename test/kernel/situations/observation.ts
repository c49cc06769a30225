/** Where the kernel refused: making a sandbox, starting the program, opening the node, TUNSETIFF. */
export type Stage = 'sandbox' | 'exec' | 'open' | 'ioctl';

/** What the kernel did with a program that wants a TUN device. */
export interface Observation {
  readonly stage: Stage | 'none';
  readonly errno: string | null;
}

export const allowed: Observation = { stage: 'none', errno: null };

export function refused(stage: Stage, errno: string): Observation {
  return { stage, errno };
}

/** What the fixture programs print, alone on its line. */
const line = /^(?:ok .+|(execve|open|ioctl)(?:\(.+\))?: (E[A-Z0-9]+))$/gm;

/** Reads the one line among all that a program and its debugger printed. */
export function readObservation(output: string): Observation {
  const found = [...output.matchAll(line)];
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`One result was expected, and there are ${found.length} in: ${output}`);
  }
  const [, call, errno] = only;
  return call === undefined || errno === undefined ? allowed : refused(stageOf(call), errno);
}

/** The stage of a call as fixtures and verdicts name it: `execve`, `open(/dev/net/tun)`, … */
export function stageOf(call: string): Stage {
  if (call.startsWith('unshare')) return 'sandbox';
  if (call.startsWith('execve')) return 'exec';
  if (call.startsWith('open')) return 'open';
  if (call.startsWith('ioctl')) return 'ioctl';
  throw new Error(`No stage of creating a TUN device is called ${call}.`);
}
