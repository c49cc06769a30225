/**
 * Fixes that are offered are made on a booted systemd: what failed works, and undone all is as before.
 * `REPAIR_SEED=N` draws other random units.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { UnitFix } from '../../../extension/fixes/unitFix.ts';
import { findingsOfRule } from '../../../extension/rules/unit/evaluateUnit.ts';
import { unitRules } from '../../../extension/rules/unit/index.ts';
import { judgedUnit } from '../../rules/judgedUnit.ts';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { exampleProgramsOfLab, exampleSubjects, isRunnable } from './exampleSubjects.ts';
import { factsOf, judgedBy } from './prediction.ts';
import { installPrograms } from './programs.ts';
import {
  kindOf,
  repairAll,
  repairsOf,
  sampled,
  titleOf,
  type Repair,
  type RepairKind,
} from './repair.ts';
import { changesNothing, gainedBy, wrongOf } from './repairClaim.ts';
import { repairSubjects, runNetworkd } from './repairSubjects.ts';
import { unitCase, unitOf } from './unitCase.ts';

const seed = Number(process.env['REPAIR_SEED'] ?? 3);

const kinds: readonly RepairKind[] = [
  ...(['edits', 'network of its own', 'device of networkd', 'device of a system unit'] as const),
  ...(['file capabilities', 'sysctl', 'system unit'] as const),
];

const subjects = [...repairSubjects, ...exampleSubjects.map(({ subject }) => subject)];

/** Labs are many on a small machine: to stop a hang. */
const timeout = 300_000;

describe.each(testReleases)('%s', { timeout }, (release) => {
  let lab: Lab;
  let judge: ReturnType<typeof judgedBy>;
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab, exampleProgramsOfLab);
    await runNetworkd(lab);
    judge = judgedBy(await factsOf(lab), exampleProgramsOfLab);
  });
  afterAll(() => lab.dispose());

  test('all fixes of the rules’ examples do what they promise', async () => {
    const repaired = await repairAll(lab, sampled(repairsOf(judge, subjects), 18));
    expect(wrongOf(repaired, true)).toEqual([]);
    const { made } = repaired;
    const rulesMade = new Set(made.map(ruleOf));
    const missing = rulesWithFixes(lab.version).filter((rule) => !rulesMade.has(rule));
    // Debian’s 252 is built without BPF, by which sockets are filtered.
    expect(missing).toEqual(lab.version > 252 ? [] : ['socket-bind-denied']);
    // A user manager passes capabilities on since 254.
    const expected = [...kinds, ...(lab.version < 254 ? [] : ['user manager' as const])];
    const kindsMade = new Set(made.map(kindOf));
    expect(expected.filter((kind) => !kindsMade.has(kind))).toEqual([]);
    const ofErrors = made.filter(({ finding }) => finding.severity === 'error');
    const gaining = ofErrors.filter((each) => gainedBy(each).length > 0).map(ruleOf);
    expect(ofErrors.map(ruleOf).filter((rule) => !gaining.includes(rule))).toEqual([]);
  });

  test('a fix that does nothing is noticed', async () => {
    const edits = repairsOf(judge, subjects).filter((repair) => kindOf(repair) === 'edits');
    const spoil = (fix: UnitFix): UnitFix => ({ ...fix, edits: [] });
    const { made } = await repairAll(lab, edits, spoil);
    const unnoticed = made.filter(
      (each) => wrongOf({ made: [each], failed: [] }, true).length === 0,
    );
    // Information is about units that work: its fixes are to lose nothing.
    const claims = unnoticed.filter(({ finding }) => finding.severity !== 'information');
    expect(claims.filter((each) => !changesNothing(each)).map(titleOf)).toEqual([]);
    expect(made.length).toBeGreaterThan(unnoticed.length);
  });

  test(`so do those of random units, seed ${String(seed)}`, async () => {
    const drawn = fc
      .sample(unitCase, { seed, numRuns: 100 })
      .map((each) => (unique: string) => unitOf(each, unique));
    const repaired = await repairAll(lab, sampled(repairsOf(judge, drawn), 12));
    expect(wrongOf(repaired)).toEqual([]);
    expect(repaired.made.flatMap((each) => gainedBy(each)).length).toBeGreaterThan(50);
  });

  // The last: what is not undone stays.
  test('an undoing that does nothing is noticed', async () => {
    const [repair] = repairsOf(judge, subjects).filter(
      (each) => kindOf(each) === 'file capabilities',
    );
    const spoil = (fix: UnitFix): UnitFix => ({ ...fix, inverse: [] });
    const { failed } = await repairAll(lab, repair === undefined ? [] : [repair], spoil);
    expect(failed.join('\n')).toContain('this is left: capabilities /opt/witness/');
  });
});

function ruleOf({ finding }: Repair): string {
  return finding.rule;
}

/** Those that offer a fix for one of the examples that a lab of this version can start. */
function rulesWithFixes(version: number): readonly string[] {
  return unitRules
    .filter((rule) =>
      rule.examples
        .filter((example) => example.finds && isRunnable(example))
        .map((example) => findingsOfRule(rule, judgedUnit({ ...example, version })))
        .some((findings) => findings.some(({ fixes }) => fixes.length > 0)),
    )
    .map(({ id }) => id);
}
