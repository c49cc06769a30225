/** Repairs that a check offers, done as the user would. */
import { mustRun, run } from '../world/command.ts';
import type { Bench } from './bench.ts';
import { shell, type Launcher } from './launchers.ts';
import { readObservation, type Observation } from './observation.ts';
import type { Fix } from './prediction.ts';

type Command = Extract<Fix['steps'][number], { kind: 'command' }>;

/** A repair that consists of commands alone, and changes nothing outside of the situation's space. */
export interface Repair {
  readonly id: string;
  /** What changes files and devices, in order. */
  readonly changes: readonly Command[];
  /** What then starts the program, where the repair is another way to start it. */
  readonly start: Command | null;
  /** The device that the program has to name from then on. */
  readonly device: string | null;
}

/** The repairs of an answer that can be done here. */
export function repairsAmong(fixes: readonly Fix[]): readonly Repair[] {
  return fixes.filter(canBeDone).map(({ id, steps }) => {
    const commands = steps.filter((step) => step.kind === 'command');
    const last = commands.at(-1);
    const start = last !== undefined && startsProgram(last) ? last : null;
    const changes = commands.filter((command) => command !== start);
    return { id, changes, start, device: createdDevice(changes) };
  });
}

/** Those that have to be proven. A repair that neither this list nor the next knows is a fault. */
export const provable: readonly string[] = [
  'enter-group',
  'run-in-sandbox',
  'run-with-ambient-capabilities',
  'debug-with-ambient-capabilities',
  'own-tun-device',
  'set-file-capabilities',
  'remove-file-capabilities',
  'make-executable',
  'create-device-node',
  'open-device-node',
  'honour-device-nodes',
];

const notHere: readonly string[] = [
  // Advice to the user.
  'allow-device-in-cgroup',
  'release-tun-device',
  // For a program of the user's: ../child does them.
  'raise-ambient-in-parent',
  'run-parent-with-ambient-capabilities',
  // They would change the machine.
  'allow-user-namespaces',
  'allow-tracing',
  'log-in-again',
  'move-off-mount',
  'load-tun-driver',
];

function canBeDone({ id }: Fix): boolean {
  if (provable.includes(id)) return true;
  if (notHere.includes(id)) return false;
  throw new Error(`Nobody has decided whether the repair ${id} can be done in a test.`);
}

/** Makes the changes from a shell of the developer that has just been opened. */
export async function makeChanges(bench: Bench, { changes }: Repair): Promise<void> {
  const vantage = await shell()(bench);
  for (const { argv } of changes) await mustRun([...vantage, ...argv]);
}

/** Starts the program as the repair says, where it was started before. */
export async function startRepaired(
  bench: Bench,
  launcher: Launcher,
  { argv }: Command,
  [program, ...args]: readonly [program: string, ...args: string[]],
): Promise<Observation> {
  // What opens a shell is told the program there, and a debugger that is offered is an interactive one.
  const command = [program, ...args].map(quoted).join(' ');
  const [words, typed] =
    argv[0] === 'newgrp' ? [argv, `exec ${command}\n`] : [[...argv, ...args], 'run\n'];
  const { stdout, stderr } = await run([...(await launcher(bench)), ...words], typed);
  return readObservation(`${stdout}\n${stderr}`);
}

function startsProgram({ argv }: Command): boolean {
  const [first, second] = argv;
  const name = first === 'sudo' ? second : first;
  return name === 'unshare' || name === 'setpriv' || name === 'newgrp';
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function createdDevice(changes: readonly Command[]): string | null {
  const made = changes.find(({ argv }) => argv.includes('tuntap'));
  return made?.argv[made.argv.indexOf('name') + 1] ?? null;
}
