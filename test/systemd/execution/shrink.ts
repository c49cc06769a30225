import type { Lab } from '../lab/lab.ts';
import { observe, type UnitUnderTest } from './observe.ts';
import { disagreements, type Prediction } from './prediction.ts';
import { unitOf, type UnitCase } from './unitCase.ts';

/** A unit of which something else was foretold than what became of it. */
export interface Disagreement {
  readonly unit: UnitUnderTest;
  /** A line each. */
  readonly found: readonly string[];
}

/** The least of a unit on which there is no agreement: lines and drop-ins go as long as that stays so. */
export async function leastOf(
  lab: Lab,
  judge: (unit: UnitUnderTest) => Prediction,
  drawn: UnitCase,
): Promise<Disagreement | null> {
  let least: Disagreement | null = null;
  let candidates: readonly UnitCase[] = [drawn];
  for (let round = 0; candidates.length > 0; round += 1) {
    const units = candidates.map((each, index) => unitOf(each, `s${round}x${index}`));
    const observed = await observe(lab, units);
    const wrong = units.map((unit, index): readonly string[] => {
      const observation = observed[index];
      return observation === undefined ? [] : disagreements(judge(unit), observation);
    });
    const at = wrong.findIndex((found) => found.length > 0);
    const [unit, found, smaller] = [units[at], wrong[at], candidates[at]];
    if (unit === undefined || found === undefined || smaller === undefined) break;
    least = { unit, found };
    candidates = shorter(smaller);
  }
  return least;
}

export function describe({ unit, found }: Disagreement): string {
  const files = unit.files.flatMap((file) =>
    file.kind === 'file' ? [file.path, String(file.text).replaceAll(/^(?=.)/gm, '  | ')] : [],
  );
  return [`${unit.manager}: ${unit.name}`, ...found.map((each) => `  ${each}`), ...files].join(
    '\n',
  );
}

/** Each without one line, drop-in, command or prefix of it. */
function shorter(drawn: UnitCase): readonly UnitCase[] {
  const { settings, dropIns, commands, shape } = drawn;
  return [
    ...without(dropIns).map((each) => ({ ...drawn, dropIns: each })),
    ...without(settings).map((each) => ({ ...drawn, settings: each })),
    ...dropIns.flatMap((dropIn, at) =>
      without(dropIn.settings)
        .filter((each) => each.length > 0)
        .map((each) => ({ ...drawn, dropIns: dropIns.with(at, { ...dropIn, settings: each }) })),
    ),
    ...(commands.length > 1 ? [{ ...drawn, commands: commands.slice(1) }] : []),
    ...(shape === 'plain' ? [] : [{ ...drawn, shape: 'plain' as const }]),
    ...commands.flatMap((command, at) =>
      command.prefix === ''
        ? []
        : [{ ...drawn, commands: commands.with(at, { ...command, prefix: '' }) }],
    ),
    ...commands.flatMap((command, at) =>
      command.program === 'plain'
        ? []
        : [{ ...drawn, commands: commands.with(at, { ...command, program: 'plain' as const }) }],
    ),
  ];
}

function without<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.map((_, at) => list.toSpliced(at, 1));
}
