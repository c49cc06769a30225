import { CAP_NET_ADMIN, capabilityName, type Capability } from '../../model/capability.ts';
import { emptySet, has, members, type CapabilitySet } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import { decodeFileCapability } from '../../model/fileCapability.ts';
import type { PathJudgement } from '../../model/judge.ts';
import { kernelRules } from '../../model/kernel.ts';
import { launcherOn } from '../../model/launchPath.ts';
import { findOperation, type Operation } from '../../model/operations.ts';
import { credentialFile, type ProgramFile } from '../../model/programFile.ts';
import type { Reason } from '../../model/reason.ts';
import type { Program, System } from '../../model/system.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { CheckReport } from '../checkReport.ts';
import type { Crossing } from './crossing.ts';
import { decidingGate } from '../decidingGate.ts';
import { stageOf, stages, stageTitle, type Stage } from './stage.ts';
import type { Translate } from '../translate.ts';
import { verdictWord } from '../verdictText.ts';
import { fileCapabilityText, listCapabilities, modeText } from '../words.ts';

/** How the needed capabilities fare from the file to the kernel's answer. */
export interface Picture {
  readonly lanes: readonly Lane[];
  readonly stages: readonly PictureStage[];
  /** What the lanes show, as sentences. */
  readonly captions: readonly string[];
}

/** One capability. */
export interface Lane {
  readonly capability: string;
  readonly crossings: Readonly<Record<Stage, Crossing>>;
  /** The same in words, for those who do not see the picture. */
  readonly story: string;
}

export interface PictureStage {
  readonly stage: Stage;
  readonly title: string;
  /** Whether something is withheld or refused here. */
  readonly cut: boolean;
  /** The first line is what it is, the others what matters about it. */
  readonly lines: readonly string[];
}

export function drawPicture(
  report: CheckReport,
  judged: PathJudgement,
  operation: Operation,
  verdict: Verdict,
  translate: Translate,
): Picture {
  const lanes = members(operation.capabilities).map((capability) =>
    drawLane(report.system, judged, capability, verdict, translate),
  );
  return {
    lanes,
    stages: stages.map((stage) => ({
      stage,
      title: translate(stageTitle[stage]),
      cut:
        lanes.some(({ crossings }) => isCut(crossings[stage])) ||
        (verdict.kind === 'denied' && stageOf(verdict.refusal) === stage),
      lines: stageLines(stage, report.system, judged, verdict, translate),
    })),
    captions: lanes.length === 0 ? [translate(stories.noLanes)] : lanes.map(({ story }) => story),
  };
}

/** How a capability fares: its name, then the stages. */
export const stories = {
  noLanes: 'No capability is needed for this; the gate asks something else.',
  notNeeded: '{0} is not held and not needed.',
  nothingSeen: 'Nothing that was seen brings {0}.',
  nothing: 'Nothing brings {0}: {1} is the last that could.',
  cut: '{0} comes in at {1} and is cut at {2}.',
  unbroken: '{0} comes in at {1} and reaches the kernel’s check unbroken.',
  notSeen: '{0} comes in at {1}; how it fares was not seen.',
} as const;

/**
 * The crossings follow from the steps of exec on the launch path, which every verdict on it that
 * needs the capability holds, and from the credentials that came out.
 */
function drawLane(
  system: System,
  judged: PathJudgement,
  capability: Capability,
  verdict: Verdict,
  translate: Translate,
): Lane {
  const chain = judged.verdicts
    .filter(({ operation }) => has(findOperation(operation)?.capabilities ?? emptySet, capability))
    .flatMap((each) => each.verdict.reasons);
  const named = (set: CapabilitySet): boolean => has(set, capability);
  const some = (matches: (reason: Reason) => boolean): boolean => chain.some(matches);

  const { credentials } = judged;
  const heldAfter = credentials !== null && named(credentials.effective);
  const notNeeded = verdict.kind === 'allowed' && !heldAfter;

  const crossings: Record<Stage, Crossing> = {
    file: 'absent',
    mount: 'absent',
    launcher: 'absent',
    'after-exec': 'absent',
    'kernel-check': 'absent',
    result: 'absent',
  };
  let on = named(fileSets(system));
  const cross = (stage: Stage, { lost = false, enters = false }): void => {
    crossings[stage] = lost
      ? on
        ? 'lost'
        : 'missing'
      : on
        ? 'flows'
        : enters
          ? 'enters'
          : 'absent';
    on = (on || enters) && !lost;
  };

  const stopsAtExec = verdict.kind === 'denied' && stageOf(verdict.refusal) !== 'kernel-check';
  const refusedAt = stopsAtExec ? stageOf(verdict.refusal) : null;

  crossings.file = on ? 'enters' : 'absent';
  if (
    refusedAt === 'file' ||
    (on && some(({ rule }) => rule === 'file-capabilities-of-other-namespace'))
  ) {
    cross('file', { lost: true });
  }
  cross('mount', {
    lost: refusedAt === 'mount' || (on && some(({ rule }) => rule === 'mount-ignores-privilege')),
  });

  const brought = some((reason) => {
    switch (reason.rule) {
      case 'ambient-raised':
      case 'parent-holds':
      case 'root-gains-all':
      case 'inheritable-met':
      case 'ambient-kept':
      case 'ambient-cleared':
        return named(reason.capabilities);
      case 'sandbox-created':
        return true;
      default:
        return false;
    }
  });
  const withheld = some((reason) => {
    switch (reason.rule) {
      case 'downgraded':
        return named(reason.lost);
      case 'beyond-bounding-set':
      case 'ambient-not-raised':
        return named(reason.missing);
      case 'inheritable-unmet':
        return named(reason.capabilities);
      default:
        return false;
    }
  });
  const lostBefore = isCut(crossings.file) || isCut(crossings.mount);
  // Nobody had it: the launcher was the last that could have brought it.
  const neverThere = !on && !brought && !lostBefore && credentials !== null && !heldAfter;
  cross('launcher', {
    lost: refusedAt === 'launcher' || (!brought && ((withheld && !lostBefore) || neverThere)),
    enters: brought,
  });
  cross('after-exec', {
    lost: on && credentials !== null && !heldAfter,
    enters: heldAfter,
  });
  if (credentials !== null) {
    cross('kernel-check', { lost: on && verdict.kind === 'denied' && !stopsAtExec });
    if (on && verdict.kind === 'allowed') crossings.result = 'flows';
  }
  const shown = notNeeded ? withoutCuts(crossings) : crossings;
  const name = capabilityName(capability);
  return {
    capability: name,
    crossings: shown,
    story: tellStory(name, shown, notNeeded, translate),
  };
}

/** Where the operation is allowed without it, nothing was cut. */
function withoutCuts(crossings: Readonly<Record<Stage, Crossing>>): Record<Stage, Crossing> {
  const shown = { ...crossings };
  for (const stage of stages) if (isCut(shown[stage])) shown[stage] = 'absent';
  return shown;
}

function isCut(crossing: Crossing): boolean {
  return crossing === 'lost' || crossing === 'missing';
}

function tellStory(
  name: string,
  crossings: Readonly<Record<Stage, Crossing>>,
  notNeeded: boolean,
  translate: Translate,
): string {
  if (notNeeded) return translate(stories.notNeeded, name);
  const at = (matches: (crossing: Crossing) => boolean): string | undefined => {
    const stage = stages.find((each) => matches(crossings[each]));
    return stage === undefined ? undefined : translate(stageTitle[stage]);
  };
  const source = at((crossing) => crossing === 'enters');
  const cut = at((crossing) => crossing === 'lost');
  const missing = at((crossing) => crossing === 'missing');
  if (source === undefined) {
    return missing === undefined
      ? translate(stories.nothingSeen, name)
      : translate(stories.nothing, name, missing);
  }
  if (cut !== undefined) return translate(stories.cut, name, source, cut);
  return translate(crossings.result === 'flows' ? stories.unbroken : stories.notSeen, name, source);
}

/** What the file that decides the credentials carries, permitted or inheritable. */
function fileSets({ program, kernelRelease }: System): CapabilitySet {
  const { capability } = credentialFile(program.file);
  if (capability.kind !== 'bytes') return emptySet;
  const decoded = decodeFileCapability(capability.bytes);
  if ('malformed' in decoded) return emptySet;
  return (decoded.permitted | decoded.inheritable) & kernelRules(kernelRelease).validCapabilities;
}

function stageLines(
  stage: Stage,
  system: System,
  judged: PathJudgement,
  verdict: Verdict,
  translate: Translate,
): readonly string[] {
  switch (stage) {
    case 'file':
      return fileLines(system.program);
    case 'mount':
      return mountLines(credentialFile(system.program.file));
    case 'launcher':
      return launcherLines(system, judged);
    case 'after-exec':
      return afterExecLines(judged);
    case 'kernel-check':
      return checkLines(verdict);
    case 'result':
      return verdict.kind === 'denied'
        ? [verdictWord(verdict), verdict.call]
        : [translate(verdictWord(verdict))];
  }
}

function fileLines({ file, capabilityUnseen }: Program): readonly string[] {
  const decides = credentialFile(file);
  return [
    capabilityUnseen === null
      ? (fileCapabilityText(decides) ?? 'no capabilities')
      : 'capabilities not seen',
    `mode ${modeText(file.mode)}`,
    ...(decides === file ? [] : [`a script: ${decides.path} runs`]),
    ...(file.format.kind === 'refused' ? [file.format.problem] : []),
  ];
}

function mountLines({ mount }: ProgramFile): readonly string[] {
  return [
    mount.mountPoint,
    mount.fsType,
    mount.nosuid
      ? 'nosuid: file capabilities are ignored'
      : mount.foreign
        ? 'of another mount namespace: file capabilities are ignored'
        : 'file capabilities count',
    ...(mount.noexec ? ['noexec: nothing runs from here'] : []),
  ];
}

function launcherLines(system: System, { path }: PathJudgement): readonly string[] {
  const { vantage, credentials } = launcherOn(path, system);
  const { name } = vantage;
  if (credentials.kind === 'unknown') return [name, `not seen: ${credentials.reason}`];
  const { uid, noNewPrivs, ambient } = credentials.value;
  const first = {
    terminal: name,
    debugger: `a debugger from ${name}`,
    ambient: 'the ambient launcher',
    'ambient-debugger': 'a debugger with ambient capabilities',
    sandbox: 'a sandbox',
    child: 'a parent with file capabilities',
  }[path];
  return [
    first,
    `uid ${uid.real}`,
    ...(noNewPrivs ? ['no_new_privs is set'] : []),
    ...(path === 'debugger' || path === 'ambient-debugger' ? ['traced (ptrace)'] : []),
    ...(path === 'sandbox' ? ['its own user and network namespace'] : []),
    ...(path === 'terminal' || path === 'debugger' ? [`ambient: ${setWords(ambient)}`] : []),
  ];
}

function afterExecLines({ credentials, secureExec }: PathJudgement): readonly string[] {
  if (credentials === null) return ['not reached'];
  return [
    `effective: ${setWords(credentials.effective)}`,
    `permitted: ${setWords(credentials.permitted)}`,
    ...(secureExec === true ? ['secure-execution mode'] : []),
  ];
}

function checkLines(verdict: Verdict): readonly string[] {
  const gate = decidingGate(verdict);
  if (gate === null) return verdict.kind === 'allowed' ? ['no gate'] : ['not reached'];
  const { call, looked } = gate;
  switch (looked.kind) {
    case 'capability':
      return [
        call,
        capabilityConstant(looked.capability),
        looked.namespace === looked.ownNamespace
          ? {
              network: 'in the network namespace’s user namespace',
              initial: 'in the initial user namespace',
              own: 'in its own user namespace',
            }[looked.scope]
          : 'in a user namespace that is not the process’s own',
      ];
    case 'tun-device':
      return [call, looked.name, looked.detail];
    case 'sysctl':
      return [call, looked.name, `is ${looked.value}`];
    case 'node':
    case 'request':
      return [call, looked.detail];
    case 'attempt':
      return [call, looked.errno ?? 'opens'];
    case 'feature':
      return [call, gate.outcome === 'refuses' ? `no ${looked.title}` : looked.title];
    case 'namespace':
      return [call, 'no namespace can be created'];
    case 'security-label':
      return [call, looked.label ?? 'no security label'];
    case 'setting':
      return [call, `${looked.setting.directive}=`];
    case 'unseen':
      return [call, 'not seen'];
  }
}

function setWords(set: CapabilitySet): string {
  if (set === emptySet) return 'none';
  const count = members(set).length;
  if (count <= 2) return listCapabilities(set);
  return has(set, CAP_NET_ADMIN) ? `${count}, with cap_net_admin` : `${count} capabilities`;
}
