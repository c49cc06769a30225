/** Repairs that a check offers, done as the user would. */
import { mustRun, run } from '../world/command.ts';
import type { Bench } from './bench.ts';
import { shell, type Launcher } from './launchers.ts';
import { readObservation, type Observation } from './observation.ts';
import type { Fix } from './prediction.ts';

type Command = Extract<Fix['steps'][number], { kind: 'command' }>;

/** A repair that consists of commands alone, with nothing left to fill in. */
export interface Repair {
  readonly id: string;
  /** What changes the machine for good, in order. */
  readonly changes: readonly Command[];
  /** What then starts the program, where the repair is another way to start it. */
  readonly start: Command | null;
  /** The device that the program has to name from then on. */
  readonly device: string | null;
}

/** The repair, or null where it is advice to the user. */
export function repairOf({ id, applicability, steps }: Fix): Repair | null {
  const commands = steps.filter((step) => step.kind === 'command');
  if (applicability === 'template' || commands.length < steps.length) return null;
  const last = commands.at(-1);
  const start = last !== undefined && startsProgram(last) ? last : null;
  const changes = commands.filter((command) => command !== start);
  return { id, changes, start, device: createdDevice(changes) };
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
  args: readonly string[],
): Promise<Observation> {
  // A debugger that is offered is an interactive one.
  const typed = 'run\n';
  const { stdout, stderr } = await run([...(await launcher(bench)), ...argv, ...args], typed);
  return readObservation(`${stdout}\n${stderr}`);
}

function startsProgram({ argv }: Command): boolean {
  const [first, second] = argv;
  const name = first === 'sudo' ? second : first;
  return name === 'unshare' || name === 'setpriv';
}

function createdDevice(changes: readonly Command[]): string | null {
  const made = changes.find(({ argv }) => argv.includes('tuntap'));
  return made?.argv[made.argv.indexOf('name') + 1] ?? null;
}
