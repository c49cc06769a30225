import { inLadderOrder, repairsFor } from '../fixes/repairs.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import type { Operation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import { denialsOf, doubtsOf, type Denial, type Doubt } from './denial.ts';
import type { Finding } from './finding.ts';
import type { JudgedSystem, Rule } from './rule.ts';

/** What a rule sees behind a verdict. Verdicts with the same fact have one cause, and one finding. */
export interface Cause {
  /** The observed fact, then why it matters: a sentence without the full stop. */
  readonly fact: string;
  /** The path that it is about, where that is not the program. */
  readonly about?: string;
  /** `likely` where the fact is the best explanation and not the only one. */
  readonly confidence?: Finding['confidence'];
}

type About = Pick<Rule, 'id' | 'severity'>;

/** One finding for each cause that `causeOf` sees behind the denied verdicts. */
export function denialFindings(
  rule: About,
  judged: JudgedSystem,
  causeOf: (denial: Denial) => Cause | null,
): readonly Finding[] {
  return byCause(denialsOf(judged), causeOf).map(({ cause, cases }) => ({
    ...finding(rule, judged.system, cause, cases),
    message: `${cause.fact}. ${answers(cases)}.`,
  }));
}

/** One finding for each cause that `causeOf` sees behind the unknown verdicts. */
export function doubtFindings(
  rule: About,
  judged: JudgedSystem,
  causeOf: (doubt: Doubt) => Cause | null,
): readonly Finding[] {
  return byCause(doubtsOf(judged), causeOf).map(({ cause, cases }) => ({
    ...finding(rule, judged.system, { ...cause, confidence: 'likely' }, cases),
    message: `${cause.fact}. What the kernel will answer cannot be told.`,
  }));
}

interface Group<C> {
  readonly cause: Cause;
  readonly cases: readonly [C, ...C[]];
}

function byCause<C>(cases: readonly C[], causeOf: (each: C) => Cause | null): readonly Group<C>[] {
  const groups = new Map<string, Group<C>>();
  for (const each of cases) {
    const cause = causeOf(each);
    if (cause === null) continue;
    const group = groups.get(cause.fact);
    groups.set(cause.fact, { cause, cases: group ? [...group.cases, each] : [each] });
  }
  return [...groups.values()];
}

function finding<C extends Denial | Doubt>(
  { id, severity }: About,
  system: System,
  { about, confidence = 'proven' }: Cause,
  cases: Group<C>['cases'],
): Omit<Finding, 'message'> {
  const launchPaths = unique(cases.map(({ path }) => path));
  const operations = unique(cases.map(({ operation }) => operation));
  return {
    rule: id,
    severity,
    confidence,
    subject: {
      path: about ?? system.program.file.path,
      launchPaths,
      operations: operations.map((operation) => operation.id),
    },
    reasons: cases[0].verdict.reasons,
    fixes: inLadderOrder(
      launchPaths.flatMap((path) => repairsFor(system, concernedOn(path, cases), path)),
    ),
  };
}

function concernedOn(path: LaunchPath, cases: readonly (Denial | Doubt)[]): readonly Operation[] {
  return cases.filter((each) => each.path === path).map(({ operation }) => operation);
}

/** `ioctl(TUNSETIFF) and socket(AF_PACKET) answer EPERM; bind(port 80) answers EACCES`. */
function answers(denials: readonly Denial[]): string {
  const errnos = unique(denials.map(({ verdict }) => verdict.errno));
  return errnos
    .map((errno) => {
      const calls = unique(
        denials.filter(({ verdict }) => verdict.errno === errno).map(({ verdict }) => verdict.call),
      );
      return `${calls.join(' and ')} ${calls.length === 1 ? 'answers' : 'answer'} ${errno}`;
    })
    .join('; ');
}

/** The values without repetition, in the order of their first. */
export function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
