/** Random units, read by a booted systemd and by the model. */
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import { ruledCalls } from '../../../extension/model/unit/systemCalls.ts';
import { unitBytes } from '../../../extension/model/unit/utf8.ts';
import { everyNamespace, expectation } from './expectation.ts';
import type { Lab, LabFile } from '../lab/lab.ts';
import { newComplaints, observe, type Complaint, type Observed } from './observation.ts';
import { unitSet, type UnitSet } from './unitSet.ts';

export interface Disagreement {
  readonly set: UnitSet;
  /** A property, or the path of a file and a line. */
  readonly about: string;
  readonly model: unknown;
  readonly systemd: unknown;
  readonly said: readonly Complaint[];
}

/** How many units are loaded at a time. */
const batchSize = 100;

/** Has systemd load random units, and compares. */
export async function findDisagreements(
  lab: Lab,
  cases: number,
  seed: number,
): Promise<readonly Disagreement[]> {
  const found: Disagreement[] = [];
  for (let start = 0; start < cases; start += batchSize) {
    const sets = Array.from({ length: Math.min(batchSize, cases - start) }, (_, index) => {
      const unique = `t${start + index}`;
      const [set] = fc.sample(unitSet(unique), { numRuns: 1, seed: seed + start + index });
      if (set === undefined) throw new Error('nothing was generated');
      return set;
    });
    found.push(...(await judge(lab, sets, true)));
  }
  return found;
}

/**
 * Has systemd load these units, and compares.
 * @param complete whether the model knows all that systemd may complain of in them
 */
export async function judge(
  lab: Lab,
  sets: readonly UnitSet[],
  complete: boolean,
): Promise<readonly Disagreement[]> {
  const entries = sets.flatMap((set) => set.entries);
  await lab.place(entries.map(asFile));
  const found = await judgeInstalled(lab, sets, complete);
  await lab.remove(entries.map(({ path }) => path));
  return found;
}

/** The same of units whose files are there. */
export async function judgeInstalled(
  lab: Lab,
  sets: readonly UnitSet[],
  complete: boolean,
): Promise<readonly Disagreement[]> {
  const observed = new Map<UnitSet, Observed | undefined>();
  for (const manager of ['system', 'user'] as const) {
    const own = sets.filter((set) => set.manager === manager);
    const answers = await observe(
      lab,
      manager,
      own.map(({ name }) => name),
    );
    for (const [index, set] of own.entries()) observed.set(set, answers[index]);
  }
  const said = await newComplaints(lab);
  return sets.flatMap((set) => compare(set, observed.get(set), said, lab.version, complete));
}

/** With bytes that are no UTF-8 as they are meant. */
function asFile(entry: UnitEntry): LabFile {
  if (entry.kind === 'link') return entry;
  return { ...entry, text: Uint8Array.from(unitBytes(entry.text)) };
}

function compare(
  set: UnitSet,
  observed: Observed | undefined,
  said: readonly Complaint[],
  version: number,
  complete: boolean,
): readonly Disagreement[] {
  const expected = expectation(set, version);
  const mine = said.filter(({ path }) => set.entries.some((entry) => entry.path === path));
  const systemd = normalized(observed?.properties ?? {});
  const disagreement = (about: string, model: unknown, real: unknown): Disagreement => ({
    ...{ set, about, model, systemd: real },
    said: mine,
  });
  const properties = Object.entries(expected.properties)
    .filter(([, value]) => value !== undefined)
    .filter(([name, value]) => !isDeepStrictEqual(value, systemd[name]))
    .map(([name, value]) => disagreement(name, value, systemd[name]));
  const place = ({ path, line }: Pick<Complaint, 'path' | 'line'>) => `${path}:${line}`;
  if (expected.complaints === null) return properties;
  const foretold = new Set(expected.complaints.map(place));
  const made = new Set(mine.map(place));
  return [
    ...properties,
    ...[...foretold]
      .filter((each) => !made.has(each))
      .map((each) => disagreement(each, 'complains', 'says nothing')),
    ...[...made]
      .filter((each) => complete && !foretold.has(each))
      .map((each) => disagreement(each, 'says nothing', 'complains')),
  ];
}

/** The bus’s words for what the model has only one word for. */
function normalized(properties: Observed['properties']): Record<string, unknown> {
  const flags = properties['RestrictNamespaces'];
  const unrestricted = flags === '18446744073709551615' || everyNamespace.includes(Number(flags));
  const commands = Object.entries(properties)
    .filter(([name]) => /^Exec.*Ex$/.test(name))
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(firstThree) : value] as const);
  return {
    ...properties,
    ...Object.fromEntries(commands),
    ...(unrestricted && { RestrictNamespaces: 'unrestricted' }),
    // 252 keeps the `-` of an earlier line where an empty one took the path away: it excuses nothing.
    ...(properties['WorkingDirectory'] === '!' && { WorkingDirectory: '' }),
    Names: sorted(properties['Names']),
    DeviceAllow: sorted(properties['DeviceAllow']),
    RestrictAddressFamilies: withSortedList(properties['RestrictAddressFamilies']),
    SystemCallFilter: ofRuledCalls(properties['SystemCallFilter']),
  };
}

function firstThree(command: unknown): unknown {
  return Array.isArray(command) ? command.slice(0, 3) : command;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted(byText) : value;
}

function withSortedList(value: unknown): unknown {
  return Array.isArray(value) ? [value[0], sorted(value[1])] : value;
}

/** Which other calls a group holds is not in the model. */
function ofRuledCalls(filter: unknown): unknown {
  const shown = v.safeParse(v.tuple([v.boolean(), v.array(v.string())]), filter);
  if (!shown.success) return filter;
  const [allow, calls] = shown.output;
  return [allow, sorted(calls.filter((call) => ruledCalls.has(call.split(':')[0] ?? '')))];
}

export function describeDisagreement({ set, about, model, systemd, said }: Disagreement): string {
  return [
    `${set.manager} ${set.name}: ${about}`,
    `  model    ${JSON.stringify(model)}`,
    `  systemd  ${JSON.stringify(systemd)}`,
    ...set.entries.map((entry) => `  ${entryText(entry)}`),
    // It loads a unit more than once to answer for it.
    ...new Set(said.map(({ text }) => `  systemd says ${text}`)),
  ].join('\n');
}

function entryText(entry: UnitEntry): string {
  return entry.kind === 'link'
    ? `${entry.path} -> ${entry.target}`
    : `${entry.path}\n${entry.text.replaceAll(/^/gm, '    | ')}`;
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
