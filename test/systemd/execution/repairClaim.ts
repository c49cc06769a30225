import type { OperationId } from '../../../extension/model/operations.ts';
import { valueOf } from '../../../extension/model/unit/unit.ts';
import type { Verdict } from '../../../extension/model/verdict.ts';
import { verdictWord } from '../../../extension/report/verdictText.ts';
import type { JudgedUnit } from '../../../extension/rules/unit/unitRule.ts';
import { failuresOf, killedAtOnce, type Failures } from './failures.ts';
import { operationsTried, type Observation } from './observe.ts';
import { disagreements, predictionOf } from './prediction.ts';
import { programs } from './programs.ts';
import { titleOf, type Made, type Repair, type Repaired } from './repair.ts';

/**
 * A line for each fix that could not be made or undone, broke its claim, or had another outcome than foretold.
 * @param hasOneFault whether a unit has no other fault than the one of which the finding speaks
 */
export function wrongOf({ made, failed }: Repaired, hasOneFault = false): readonly string[] {
  return [
    ...failed,
    ...made.flatMap((each) => {
      const broken = brokenClaim(each, hasOneFault);
      const foretold = isOfShell(each)
        ? []
        : disagreements(predictionOf(each.judgedAfter), each.after);
      return [...(broken === null ? [] : [broken]), ...foretold].map(
        (line) => `${titleOf(each)} (${each.unit.name}): ${line}`,
      );
    }),
  ];
}

/** The model judges the shell; what has capabilities of its own is something else than its shell. */
function isOfShell({ fix }: Made): boolean {
  return (
    fix.title.startsWith('Write /bin/sh -c ') && !fix.title.includes(`'${programs.plain.path} `)
  );
}

/** What failed and does not any more, as seen without and with the fix. */
export function gainedBy({ before, after }: Made, wanted?: ReadonlySet<string>): readonly string[] {
  const failsAfter = failuresOf(after, wanted);
  return [...failuresOf(before, wanted).keys()].filter((each) => !failsAfter.has(each));
}

/**
 * How a fix did not what it was offered for; null where it did. Only what was seen counts:
 * - where systemd refused the unit or a command, or the program was denied what the unit wants, something
 *   of that is not any more; in a unit with other faults, it may be for another reason now, or in spite of
 *   other capabilities;
 * - where nothing of that is wanted, what an error speaks of lets the program do more than before;
 * - what systemd did not read as it was meant makes another setting, or is complained of no more;
 * - nothing else that the unit wants is lost.
 */
function brokenClaim(made: Made, hasOneFault: boolean): string | null {
  const { finding, before, after, complaints } = made;
  if (changesNothing(made)) {
    return readOf(before) === readOf(after) ? null : 'the line did something';
  }
  if (aboutReading.has(finding.rule) && finding.severity !== 'information') {
    const fewer = complaints.after.length < complaints.before.length;
    const reads = fewer || readOf(before) !== readOf(after) || isSaidElsewhere(made);
    // Another fault may keep it from being seen.
    return reads || !hasOneFault ? null : 'systemd reads it as before';
  }
  const wanted = wantsOf(made);
  const [failed, fails] = [failuresOf(before, wanted), failuresOf(after, wanted)];
  const lost = [...fails.keys()]
    .filter((each) => !failed.has(each) && wentWell(each, before))
    .filter((each) => hasOneFault || !isUnreached(each, made));
  if (lost.length > 0) return `it lost ${lost.join(', ')}`;
  if (finding.severity === 'information') return null;
  if (failed.size > 0) {
    const gained = [...failed.keys()].some((each) => !fails.has(each));
    const helped = gained || (!hasOneFault && failsOtherwise(made, failed, fails));
    return helped ? null : `it fails as before: ${wordsOf(failed)}`;
  }
  const speaksOfDenial = finding.severity === 'error' && hasOneFault;
  return speaksOfDenial && gainedBy(made).length === 0 ? 'it gained nothing' : null;
}

/** By what it says itself. */
export function changesNothing({ fix }: Repair): boolean {
  return fix.title.endsWith(' which does nothing');
}

/** For another reason, of which a program may hear by the same errno; or not reached for another fault. */
function failsOtherwise(
  { before, after, judged, judgedAfter }: Made,
  failed: Failures,
  fails: Failures,
): boolean {
  const refusals = ({ judgement }: JudgedUnit): string =>
    JSON.stringify(
      judgement.commands.map(({ verdicts }) =>
        (verdicts ?? []).map(({ verdict }) => [verdictWord(verdict), reasonOf(verdict)]),
      ),
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
  return (
    [...failed].some(([each, word]) => fails.get(each) !== word) ||
    (([...failed.keys()].some(isRefusal) || isSilenced(before)) &&
      readOf(before) !== readOf(after)) ||
    heldBy(before) !== heldBy(after) ||
    refusals(judged) !== refusals(judgedAfter)
  );
}

function reasonOf(verdict: Verdict): unknown {
  return verdict.kind === 'denied' ? [verdict.call, verdict.refusal] : verdict.kind;
}

/** These say that systemd passes over what is written: whether anything fails is for others to say. */
const aboutReading: ReadonlySet<string> = new Set([
  'ambient-inverted',
  'capabilities-setting-removed',
  'comment-after-value',
  'device-rights-misspelt',
  'empty-value-resets-nothing',
  'misspelt-setting',
  'setting-before-section',
  'setting-in-wrong-section',
  'settings-left-out-by-prefix',
  'unknown-capability-name',
]);

/** What a manager shows of the settings, and what they made of the commands. */
function readOf({ settings, commands }: Observation): string {
  return JSON.stringify([settings, commands]);
}

/** The capabilities with which the commands ran. */
function heldBy({ commands }: Observation): string {
  const held = commands.map(({ credentials }) => [
    credentials?.permitted,
    credentials?.effective,
    credentials?.bounding,
    credentials?.ambient,
  ]);
  return JSON.stringify(held);
}

/** A filter kills a command before it says what it holds: it is only seen what systemd read. */
function isSilenced({ commands }: Observation): boolean {
  return commands.some(({ start }) => start === killedAtOnce);
}

/** A name of a set that another word or line has anyway, or takes away again. */
function isSaidElsewhere({ finding, judged, judgedAfter }: Made): boolean {
  const sets = ['AmbientCapabilities', 'CapabilityBoundingSet'] as const;
  return (
    finding.rule === 'unknown-capability-name' &&
    sets.every(
      (set) => valueOf(judged.reading.settings, set) === valueOf(judgedAfter.reading.settings, set),
    )
  );
}

/** By what is written with the fix and without it: a name that is misspelt shows nothing. */
function wantsOf({ judged, judgedAfter }: Made): ReadonlySet<OperationId> {
  return new Set([...judged.wanted, ...judgedAfter.wanted]);
}

/** A command that was not reached, or did not start, lost nothing of what it might have done. */
function wentWell(what: string, { load, commands }: Observation): boolean {
  if (what === 'load') return load === 'loaded';
  const [kind = '', number = ''] = what.split(' of command ');
  const command = commands[Number(number) - 1];
  return command?.start === 'ok' && (kind === 'start' || command.verdicts[kind] === 'allowed');
}

/** A filter kills the program at what it is not kept from any more: what comes after is not tried. */
function isUnreached(what: string, { before, after }: Made): boolean {
  const [kind = '', number = ''] = what.split(' of command ');
  const [then, now] = [before, after].map(({ commands }) => commands[Number(number) - 1]?.verdicts);
  const killer = operationsTried.find((operation) => now?.[operation]?.startsWith('SIG') === true);
  if (killer === undefined || now?.[kind] !== undefined) return false;
  const verdict = then?.[killer] ?? '';
  return verdict !== 'allowed' && !verdict.startsWith('SIG');
}

function isRefusal(what: string): boolean {
  return what === 'load' || what.startsWith('start ');
}

function wordsOf(failures: Failures): string {
  return [...failures].map(([what, word]) => `${what} ${word}`).join(', ');
}
