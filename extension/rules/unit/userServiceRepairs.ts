import { systemUnits, type UserUnit } from '../../fixes/systemUnit.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import { userServiceFixes } from '../../fixes/userServiceFixes.ts';
import { allNamed, emptySet, isSubset } from '../../model/capabilitySet.ts';
import { findOperation, neededCapabilities, type OperationId } from '../../model/operations.ts';
import { enablingLinks, namesakesOf } from '../../model/unit/namedPaths.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { verdictsOn } from '../../model/unit/judgeUnit.ts';
import { unitPaths } from '../../model/unit/unitPaths.ts';
import { judgedAfter, starts } from './unitFindings.ts';
import type { JudgedUnit } from './unitRule.ts';

/**
 * The ways of a service of a user to what it wants and, by name, asks for. Each was judged again: it
 * starts and may do all that. Nothing for a system unit, and where nothing is wanted.
 */
export function userServiceRepairs(judged: JudgedUnit): readonly UnitFix[] {
  const user = userUnit(judged);
  if (user === null || user.needed === emptySet) return [];
  const { ownDevice, others } = userServiceFixes(user, judged.system);
  const wanted = [...judged.wanted];
  const asked = valueOf(judged.reading.settings, 'AmbientCapabilities') & allNamed;
  const attaches = wanted.includes('tun.create')
    ? // Whoever makes the device sets its address.
      ownDevice.filter((fix) => serves(judged, fix, wanted, ['netlink.write']))
    : [];
  const whole = others.filter((fix) => {
    const after = judgedAfter(judged, fix);
    const gives = fix.effects?.some(({ kind }) => kind === 'limit') ?? false;
    return (
      after !== null &&
      allows(after, wanted) &&
      (gives ||
        after.judgement.commands.every(({ credentials }) =>
          isSubset(asked, credentials?.effective ?? emptySet),
        ))
    );
  });
  return [...attaches, ...firstOfTitle(whole)];
}

/** The unit as one of the system manager, where it starts there and may do what it wants; else nothing. */
export function systemUnitRepair(judged: JudgedUnit): readonly UnitFix[] {
  const user = userUnit(judged);
  if (user === null) return [];
  const wanted = [...judged.wanted];
  return systemUnits(user)
    .filter((fix) => serves(judged, fix, wanted))
    .slice(0, 1);
}

function userUnit({ unit, reading, system, judgement, wanted }: JudgedUnit): UserUnit | null {
  const { manager, rules, accounts } = system;
  if (manager.scope !== 'user') return null;
  const operations = [...wanted].map(findOperation);
  const needed =
    neededCapabilities(operations.filter((each) => each !== null)) |
    (valueOf(reading.settings, 'AmbientCapabilities') & allNamed);
  const present = (path: string) => system.paths.get(path)?.kind !== 'missing';
  const installed = unitPaths(manager).some((each) => unit.fragment.path.startsWith(`${each}/`));
  const namesakes = namesakesOf(unit).map((path) => system.paths.get(path));
  const state = {
    installed,
    taken: namesakes.some((facts) => facts !== undefined && facts.kind !== 'missing'),
    loads: judgement.refusal === null,
    enabled: installed && enablingLinks(unit, manager).some(present),
  };
  return { unit, reading, state, manager, rules, accounts, needed };
}

function serves(
  judged: JudgedUnit,
  fix: UnitFix,
  wanted: readonly OperationId[],
  besides: readonly OperationId[] = [],
): boolean {
  const after = judgedAfter(judged, fix);
  return (
    after !== null &&
    allows(
      after,
      wanted.filter((each) => !besides.includes(each)),
    )
  );
}

function allows(after: JudgedUnit, wanted: readonly OperationId[]): boolean {
  return (
    starts(after) &&
    after.judgement.commands
      .filter(({ execution }) => execution.directive === 'ExecStart')
      .every((command) =>
        verdictsOn(command, new Set(wanted)).every(({ kind }) => kind === 'allowed'),
      )
  );
}

/** Where two do the same more and less strictly, the strict one comes first. */
function firstOfTitle(fixes: readonly UnitFix[]): readonly UnitFix[] {
  return fixes.filter(
    ({ title }, index) => fixes.findIndex((other) => other.title === title) === index,
  );
}
