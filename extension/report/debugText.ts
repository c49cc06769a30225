import { isSubset, names, without, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import type { Errno } from '../model/errno.ts';
import type { Expectation } from '../model/expectation.ts';
import { judgePath, type OperationVerdict } from '../model/judge.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import { findOperation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import type { Wanted } from '../model/systemCall.ts';
import type { Finding } from '../rules/finding.ts';
import type { CheckReport } from './checkReport.ts';
import { decidingGate } from './decidingGate.ts';
import { printable } from './printable.ts';
import { describeReason, reasonEffect } from './reasonText.ts';
import { programSummary } from './subject.ts';
import { listCapabilities } from './words.ts';

/** What is known before anything starts, a line each. */
export function preflightLines(
  report: CheckReport,
  path: LaunchPath,
  capabilities: CapabilitySet,
): readonly string[] {
  const { program } = report.system;
  return [
    `${printable(program.name)}: ${printable(programSummary(program))}`,
    ...findingLines(report.findings, path),
    ...differences(report, capabilities),
  ];
}

/** What the findings about one launch path say, with the first repair of each. */
export function findingLines(findings: readonly Finding[], path: LaunchPath): readonly string[] {
  return findings
    .filter(({ subject }) => subject.launchPaths.includes(path))
    .flatMap(({ severity, message, rule, fixes: [fix] }) => [
      `${severity}: ${printable(message)} (${rule})`,
      ...(fix === undefined ? [] : [`  repair: ${printable(fix.title)}`]),
    ]);
}

/**
 * What ambient capabilities do otherwise than those of a file, as far as it matters here. Whether a program
 * starts others cannot be seen beforehand.
 */
function differences({ system }: CheckReport, capabilities: CapabilitySet): readonly string[] {
  return [
    `Programs that it starts inherit ${listCapabilities(capabilities)}, which file capabilities would not pass on.`,
    ...(isSecureByFile(system)
      ? [
          'It runs without secure execution (AT_SECURE), which file capabilities bring: LD_LIBRARY_PATH and the like count.',
          'It is dumpable: the user may attach to it and read its memory, as is not so with file capabilities.',
        ]
      : []),
  ];
}

/** Whether the capabilities that the file has, or had, put the program into secure execution when a terminal starts it. */
function isSecureByFile(system: System): boolean {
  const { program } = system;
  const { file, previous } = program;
  const before = previous.kind === 'known' ? previous.value : null;
  if (file.capability.kind !== 'none') return judgePath('terminal', system, []).secureExec === true;
  if (before === null) return false;
  const asBefore = { ...file, capability: { kind: 'bytes', bytes: before.capability } } as const;
  const then = { ...system, program: { ...program, file: asBefore } };
  return judgePath('terminal', then, []).secureExec === true;
}

/** What exec will withhold from the program, or why it will not start; a line each. */
export function lossLines(expectation: Expectation): readonly string[] {
  if (expectation.kind === 'unseen') return [];
  return expectation.reasons
    .filter((reason) => ['withholds', 'refuses'].includes(reasonEffect(reason)))
    .map((reason) => `${printable(describeReason(reason))}.`);
}

/** Why exec would leave the program without its ambient set; null where it would not. */
export function clearedBy(expectation: Expectation): string | null {
  if (expectation.kind !== 'starts') return null;
  const cleared = expectation.reasons.find(({ rule }) => rule === 'ambient-cleared');
  return cleared === undefined ? null : describeReason(cleared);
}

/** The credentials of the program that runs, compared with those that were foretold. */
export function checkLines(
  pid: number,
  expectation: Expectation,
  actual: Shown | null,
): readonly string[] {
  if (actual === null) return [`Process ${String(pid)} has ended; nothing could be checked.`];
  const { uid, effective } = actual;
  const holds = `Process ${String(pid)} runs as user ${String(uid.effective)} and holds ${listCapabilities(effective)}`;
  if (expectation.kind !== 'starts') return [`${holds}; nothing was foretold.`];
  const wrong = disagreements(expectation.credentials, actual);
  return wrong.length === 0
    ? [`${holds}, as foretold.`]
    : [
        `${holds}. That is not what was foretold, which is a fault of Capwright:`,
        ...wrong.map((each) => `  ${each}`),
      ];
}

/** What is compared: the other sets and ids follow from these, or are not ours. */
type Shown = Pick<Credentials, 'uid' | 'effective' | 'permitted' | 'ambient'>;

function disagreements(foretold: Credentials, actual: Shown): readonly string[] {
  const sets = (['effective', 'permitted', 'ambient'] as const).flatMap((name) => {
    const missing = without(foretold[name], actual[name]);
    const more = without(actual[name], foretold[name]);
    return [
      ...(isSubset(foretold[name], actual[name]) ? [] : [`${name} lacks ${list(missing)}`]),
      ...(isSubset(actual[name], foretold[name]) ? [] : [`${name} has ${list(more)} as well`]),
    ];
  });
  const ids = (['real', 'effective', 'saved'] as const)
    .filter((which) => foretold.uid[which] !== actual.uid[which])
    .map(
      (which) =>
        `the ${which} user id is ${String(actual.uid[which])}, not ${String(foretold.uid[which])}`,
    );
  return [...ids, ...sets];
}

function list(set: CapabilitySet): string {
  return names(set).join(', ');
}

/** A call that the kernel refused, for the heading of an exception and its details. */
export interface DenialText {
  /** `ioctl(TUNSETIFF): EPERM`. */
  readonly title: string;
  /** The operation, the gate and why; a sentence a line. */
  readonly details: readonly string[];
}

/**
 * Explains a refused call by what the model says that this process may do now.
 * @param verdicts of the operations that the call may have been
 */
export function denialText(
  { call }: Wanted,
  errno: Errno,
  verdicts: readonly OperationVerdict[],
): DenialText {
  const title = `${call}: ${errno}`;
  const denials = verdicts.filter(({ verdict }) => verdict.kind === 'denied');
  if (denials.length > 0) return { title, details: denials.flatMap(denialLines) };
  const [first] = verdicts;
  if (first === undefined) {
    return { title, details: [`Which operation this is cannot be told from its arguments.`] };
  }
  const subject = findOperation(first.operation)?.title ?? first.operation;
  const unseen = first.verdict.kind === 'denied' ? [] : first.verdict.unseen;
  return {
    title,
    details: [
      first.verdict.kind === 'unknown'
        ? `${subject}: which gate refused cannot be told.`
        : `${subject}: by all that could be seen, the process may do this.`,
      ...(unseen.length > 0
        ? unseen
        : ['a security module, a device cgroup or a seccomp filter']
      ).map((what) => `What could not be seen: ${printable(what)}`),
    ],
  };
}

function denialLines({ operation, verdict }: OperationVerdict): readonly string[] {
  const gate = decidingGate(verdict);
  const title = findOperation(operation)?.title ?? operation;
  if (gate === null) return [title];
  return [
    `${title}: ${printable(describeReason(gate))}.`,
    `The gate is ${gate.gate}: ${gate.source}.`,
  ];
}
