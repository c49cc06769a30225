import { basename } from 'node:path';
import { setOf } from '../../model/capabilitySet.ts';
import { parseCapability } from '../../model/capability.ts';
import { findOperation } from '../../model/operations.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { formatUnitName } from '../../model/unit/unitName.ts';
import { wantsAreGuessed } from '../../model/unit/unitWants.ts';
import type { Host } from '../../probe/host.ts';
import { lintUnits } from '../unit/lint.ts';
import { operationsOf, type ProgramNeeds } from './programNeeds.ts';
import { launchPrograms } from './launchPrograms.ts';
import type { Variables } from './variables.ts';

/** What a launch configuration or a unit says that a program needs. */
export interface NamedNeeds extends ProgramNeeds {
  /** Of the program; a unit may start one that was installed from the one here. */
  readonly path: string;
}

export interface NeedsSearch {
  /** A workspace folder each. */
  readonly folders: readonly Variables[];
  /** The paths of unit files. */
  readonly units: readonly string[];
  /** False leaves alone what units name. */
  readonly looks: boolean;
}

/** What a workspace says that its programs need. */
export async function workspaceNeeds(
  host: Host,
  { folders, units, looks }: NeedsSearch,
): Promise<readonly NamedNeeds[]> {
  const launched = await Promise.all(folders.map((each) => launchPrograms(host, each)));
  const configured = launched
    .flat()
    .flatMap(({ path, name, capabilities }): readonly NamedNeeds[] => {
      const named = (capabilities ?? []).map(parseCapability).filter((each) => each !== null);
      const operations = operationsOf(setOf(...named));
      return operations.length === 0 ? [] : [{ path, operations, source: 'launch', name }];
    });
  const wanted = await Promise.all(units.map((path) => unitNeeds(host, path, looks)));
  return [...configured, ...wanted.flat()];
}

async function unitNeeds(host: Host, path: string, looks: boolean): Promise<readonly NamedNeeds[]> {
  const request = { units: [path], scope: null, version: null, root: '/', looks } as const;
  const outcome = await lintUnits(host, request);
  const [linted] = outcome.kind === 'report' ? outcome.units : [];
  if (linted?.kind !== 'judged') return [];
  const { unit, reading, system, wanted } = linted.judged;
  if (wanted.size === 0 || wantsAreGuessed(unit, reading, system)) return [];
  const name = formatUnitName(unit.names[0]);
  return valueOf(reading.settings, 'ExecStart').flatMap(({ program }): readonly NamedNeeds[] => {
    const started = pathText(program);
    return started === null
      ? []
      : [{ path: started, operations: [...wanted], source: 'unit', name }];
  });
}

/**
 * Of what is said, that about a program: what the settings list counts before all else, and its launch
 * configurations know it better than units.
 * @param listed ids of operations; what is none is left out
 */
export function needsOfProgram(
  listed: readonly string[],
  said: readonly NamedNeeds[],
  program: string,
): ProgramNeeds | null {
  const set = listed.map(findOperation).flatMap((operation) => operation?.id ?? []);
  if (set.length > 0) return { operations: set, source: 'setting', name: '' };
  const own = said.filter(({ path }) => path === program);
  const installed = said.filter(
    ({ path, source }) => source === 'unit' && basename(path) === basename(program),
  );
  const groups = [own.filter(({ source }) => source === 'launch'), own, installed];
  const telling = groups.find(({ length }) => length > 0) ?? [];
  const [first] = telling;
  if (first === undefined) return null;
  const { source, name } = first;
  return { operations: [...new Set(telling.flatMap((each) => each.operations))], source, name };
}
