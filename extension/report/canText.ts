import { capabilityConstant } from '../model/gate.ts';
import type { OperationVerdict } from '../model/judge.ts';
import { operationFamilies } from '../model/operation.ts';
import { findOperation } from '../model/operations.ts';
import { reasonSource, type GateReason, type Reason } from '../model/reason.ts';
import type { Launcher } from '../model/system.ts';
import { decidingGate } from './decidingGate.ts';
import { printable } from './printable.ts';
import { describeReason, reasonEffect } from './reasonText.ts';
import { fill, mark, outcome, twoColumns, type TextStyle } from './text.ts';
import { verdictWord } from './verdictText.ts';

/** More than so many are a table; fewer are told gate by gate. */
const fewOperations = 6;

/** What a running process may do, ending in a line feed. */
export function canText(
  {
    launcher,
    verdicts,
  }: { readonly launcher: Launcher; readonly verdicts: readonly OperationVerdict[] },
  style: TextStyle,
): string {
  const { name, pid } = launcher.vantage;
  const heading = `${style.strong(printable(name))}   ${style.faint(`pid ${String(pid)}`)}`;
  const body =
    verdicts.length > fewOperations
      ? table(verdicts, style)
      : verdicts.flatMap((each) => ['', ...gateByGate(each, style)]);
  return `${[heading, ...body, ...reservations(verdicts, style)].join('\n')}\n`;
}

/** Every gate in order, with what it looked at; the last is the one that refuses. */
function gateByGate({ operation, verdict }: OperationVerdict, style: TextStyle): readonly string[] {
  const answer = verdict.kind === 'allowed' ? 'allowed' : outcome(verdict);
  const head = `${mark(verdict, style)} ${style.strong(operation)}   ${answer}`;
  if (verdict.reasons.length === 0) {
    const what =
      verdict.kind === 'unknown'
        ? verdict.unseen.map((each) => `could not be seen: ${each}`)
        : ['no gate stands before it'];
    return [head, ...what.map((each) => `       ${printable(each)}`)];
  }
  return [
    head,
    ...verdict.reasons.flatMap((reason, index) =>
      twoColumns(
        `  ${String(index + 1).padStart(2)} ${gateMark(reason, style)} `,
        printable(`${describeReason(reason)}${namespaces(reason)}`),
        reasonSource(reason),
        style,
      ),
    ),
  ];
}

function gateMark(reason: Reason, style: TextStyle): string {
  if (reasonEffect(reason) === 'refuses') return style.bad('✕');
  return reason.rule === 'gate' && reason.outcome === 'unknown' ? '?' : style.good('✓');
}

/** Which user namespaces they are, as `/proc/PID/ns/user` names them. */
function namespaces(reason: Reason): string {
  if (reason.rule !== 'gate' || reason.looked.kind !== 'capability') return '';
  const { namespace, ownNamespace } = reason.looked;
  return namespace === ownNamespace
    ? ` (user:[${namespace}], its own)`
    : ` (user:[${namespace}]; its own is user:[${ownNamespace}])`;
}

/** A line for each operation, family by family. */
function table(verdicts: readonly OperationVerdict[], style: TextStyle): readonly string[] {
  const width = Math.max(...verdicts.map(({ operation }) => operation.length));
  return operationFamilies.flatMap(({ id, title }) => {
    const rows = verdicts.filter(({ operation }) => findOperation(operation)?.family === id);
    return rows.length === 0
      ? []
      : ['', style.strong(title), ...rows.flatMap((each) => row(each, width, style))];
  });
}

function row(
  { operation, verdict }: OperationVerdict,
  width: number,
  style: TextStyle,
): readonly string[] {
  const wordWidth = 'EPROTONOSUPPORT'.length;
  const lead = `  ${mark(verdict, style)} ${operation.padEnd(width)}  `;
  if (verdict.kind === 'allowed') return [lead.trimEnd()];
  const gate = decidingGate(verdict);
  const why =
    verdict.kind === 'unknown' ? `not seen: ${verdict.unseen.join('; ')}` : gate && shortly(gate);
  const indent = 4 + width + 2 + wordWidth + 2;
  const [first = '', ...rest] = fill(printable(why ?? ''), style.width - indent);
  return [
    `${lead}${verdictWord(verdict).padEnd(wordWidth)}  ${style.faint(first)}`,
    ...rest.map((line) => `${' '.repeat(indent)}${style.faint(line)}`),
  ];
}

/** What is asked, and where that is not over the network namespace. */
function shortly(gate: GateReason): string {
  const { looked } = gate;
  if (looked.kind !== 'capability') return describeReason(gate);
  const what = [looked.capability, looked.alternative]
    .filter((each) => each !== null)
    .map(capabilityConstant)
    .join(' or ');
  return { network: what, initial: `${what} in the initial user namespace`, own: what }[
    looked.scope
  ];
}

/** What may refuse all the same, once for all. */
function reservations(verdicts: readonly OperationVerdict[], style: TextStyle): readonly string[] {
  const unseen = verdicts.flatMap(({ verdict }) =>
    verdict.kind === 'allowed' ? verdict.unseen : [],
  );
  return [...new Set(unseen)].flatMap((what) => [
    '',
    ...fill(
      printable(`What is allowed may yet be refused by ${what}, which cannot be read.`),
      style.width,
    ),
  ]);
}
