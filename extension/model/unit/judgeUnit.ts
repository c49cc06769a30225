import type { Credentials } from '../credentials.ts';
import { known, unknown } from '../evidence.ts';
import { execTransition } from '../execTransition.ts';
import type { GateContext } from '../gate.ts';
import { judgeOperation, type OperationVerdict } from '../judge.ts';
import { kernelRules } from '../kernel.ts';
import { honoursPrivilege, type Mount } from '../mount.ts';
import type { Operation, OperationId } from '../operations.ts';
import type { ProgramFile } from '../programFile.ts';
import type { Reason } from '../reason.ts';
import { initialUserNamespace } from '../userNamespace.ts';
import type { Verdict } from '../verdict.ts';
import { namespaceMaker } from './namespaceMaker.ts';
import { sandboxOf, type Sandbox } from './sandbox.ts';
import type { StartStatus } from './startStatus.ts';
import { callOutcome, callsOfLogging } from './systemCalls.ts';
import { valueOf, type UnitReading } from './unit.ts';
import type { UnitProcess } from './invoke/invoke.ts';
import { unitExecution, type CommandExecution, type LoadRefusal } from './unitExecution.ts';
import { unitGates } from './unitGates.ts';
import type { UnitSystem } from './unitSystem.ts';

/** What becomes of a unit: of each of its commands, and of what that wants of the network. */
export interface UnitJudgement {
  /** Why systemd does not load the unit; null where it does. */
  readonly refusal: LoadRefusal | null;
  readonly commands: readonly CommandJudgement[];
}

export interface CommandJudgement {
  readonly execution: CommandExecution;
  readonly start: StartStatus;
  /** What the program would hold; null where it does not start, or that cannot be told. */
  readonly credentials: Credentials | null;
  /** Null where the program does not start. */
  readonly verdicts: readonly OperationVerdict[] | null;
  readonly reasons: readonly Reason[];
}

/** The verdicts on some of the operations. */
export function verdictsOn(
  { verdicts }: CommandJudgement,
  operations: ReadonlySet<OperationId>,
): readonly Verdict[] {
  return (verdicts ?? [])
    .filter(({ operation }) => operations.has(operation))
    .map(({ verdict }) => verdict);
}

/** Judges the operations for every command of a unit. Pure: the same evidence gives the same verdicts. */
export function judgeUnit(
  reading: UnitReading,
  system: UnitSystem,
  asked: readonly Operation[],
): UnitJudgement {
  const sandbox = sandboxOf(reading.settings, system.rules, true);
  const { refusal, commands } = unitExecution(reading, system);
  return {
    refusal,
    commands: commands.map((execution) => judgeCommand(execution, sandbox, system, asked)),
  };
}

function judgeCommand(
  execution: CommandExecution,
  sandbox: Sandbox,
  system: UnitSystem,
  asked: readonly Operation[],
): CommandJudgement {
  const { process, reasons } = execution;
  if (process === null) {
    const { start, unseen } = execution;
    const verdicts = start === 'unknown' ? undetermined(asked, unseen) : null;
    return { execution, start, credentials: null, verdicts, reasons };
  }
  const { program, credentials: before } = process;
  if (program.kind === 'missing') {
    const start = mayTell(sandbox, process) ? '203/EXEC' : '31/SYS';
    return { execution, start, credentials: null, verdicts: null, reasons };
  }
  const file = program.kind === 'file' ? program.file : plainProgram;
  const kernel = kernelRules(system.kernelRelease);
  if (
    program.kind === 'file' &&
    program.capabilityUnseen !== null &&
    honoursPrivilege(file.mount, before.userNamespace, kernel)
  ) {
    const what = `the file capabilities of ${file.path}: ${program.capabilityUnseen}`;
    const verdicts = undetermined(asked, [what]);
    return { execution, start: 'unknown', credentials: null, verdicts, reasons };
  }
  const exec = execTransition({ credentials: before, tracer: null, sharesFs: false }, file, kernel);
  if (exec.kind === 'error') {
    const all = [...reasons, ...exec.reasons];
    const start = mayTell(sandbox, process) ? '203/EXEC' : '31/SYS';
    return { execution, start, credentials: null, verdicts: null, reasons: all };
  }
  const { credentials } = exec;
  const maker = namespaceMaker(execution.command);
  if (maker !== null) {
    const what = `what the program may do in the user and network namespace that ${maker} makes for it`;
    const verdicts = undetermined(asked, [what]);
    return {
      execution,
      start: 'ok',
      credentials,
      verdicts,
      reasons: [...reasons, ...exec.reasons],
    };
  }
  const context = contextOf(process, credentials, system);
  const gatesOf = unitGates(sandbox, process, system);
  const verdicts = asked.map((operation) => {
    const gates = gatesOf(operation);
    const verdict = judgeOperation(operation, context, reasons, exec.reasons, gates);
    return { operation: operation.id, verdict };
  });
  return { execution, start: 'ok', credentials, verdicts, reasons: [...reasons, ...exec.reasons] };
}

/** When exec fails, systemd opens a socket to log it; the unit’s filter is in force by then. */
function mayTell({ settings }: Sandbox, { filtered }: UnitProcess): boolean {
  const filter = filtered ? valueOf(settings, 'SystemCallFilter') : null;
  const errno = valueOf(settings, 'SystemCallErrorNumber');
  return callsOfLogging.every((call) => callOutcome(filter, errno, call).kind !== 'killed');
}

function contextOf(
  { network, privateNetwork }: UnitProcess,
  credentials: Credentials,
  { tun, limits, features, request, kernelRelease }: UnitSystem,
): GateContext {
  const source = 'the default of a new network namespace';
  return {
    credentials,
    opener: null,
    network,
    features,
    sandboxAttempt: unknown('the process does not run yet', 'unshare(CLONE_NEWUSER)'),
    securityLabel: null,
    tun: privateNetwork
      ? { ...tun, devices: known([], source), interfaces: known(['lo'], source) }
      : tun,
    limits: privateNetwork
      ? {
          ...limits,
          unprivilegedPortStart: known(1024, source),
          pingGroupRange: known([1, 0] as const, source),
        }
      : limits,
    request,
    kernel: kernelRules(kernelRelease),
  };
}

function undetermined(
  asked: readonly Operation[],
  unseen: readonly string[],
): readonly OperationVerdict[] {
  return asked.map(({ id }) => ({
    operation: id,
    verdict: { kind: 'unknown', unseen, reasons: [] },
  }));
}

const plainMount: Mount = {
  nosuid: false,
  noexec: false,
  nodev: false,
  foreign: false,
  superblockNamespace: initialUserNamespace,
  idmap: null,
  mountPoint: '/',
  fsType: '',
  id: null,
};

/** A program that is not here: one without capabilities of its own. */
const plainProgram: ProgramFile = {
  path: '',
  mode: 0o755,
  uid: 0,
  gid: 0,
  capability: { kind: 'none' },
  mount: plainMount,
  format: { kind: 'native' },
};
