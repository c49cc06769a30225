/**
 * The part that is loaded when there is something to do for the first time: the host with its probe
 * helper, the model, the rules. It is a bundle of its own, so that activation reads none of it.
 */
import { checkProgram, type CheckOutcome, type CheckRequest } from '../app/check.ts';
import {
  readBack,
  setcapMissing,
  type ReadBack,
} from '../app/fileCapabilities/fileCapabilities.ts';
import type { Failure } from '../app/failure.ts';
import { Foresight } from '../app/foresight.ts';
import { secondOpinion, type SecondOpinion } from '../app/fileCapabilities/getcap.ts';
import { openDebugging, type Debugging } from '../app/debugging/debugging.ts';
import {
  describeProgram,
  findInstances,
  type DescribedProgram,
  type ProgramDescription,
} from '../app/programs/describeProgram.ts';
import {
  explainMessage,
  type Asked,
  type MessageExplanation,
} from '../app/refusal/explainMessage.ts';
import { unnamedRequest, type LauncherChoices } from '../app/surroundings.ts';
import { cmakeBuildDirectories, cmakeReplies } from '../app/programs/cmakeBuildDirectory.ts';
import type { Variables } from '../app/programs/variables.ts';
import type { ProgramCandidate } from '../app/programs/candidate.ts';
import { programNeeds, type ProgramNeeds } from '../app/programs/programNeeds.ts';
import { findNamedPrograms, type ProgramSearch } from '../app/programs/findPrograms.ts';
import { rebuildLoss, type RebuildLoss } from '../app/fileCapabilities/rebuildLoss.ts';
import {
  needsOfProgram,
  workspaceNeeds,
  type NamedNeeds,
  type NeedsSearch,
} from '../app/programs/workspaceNeeds.ts';
import { removeFileCapabilities, setFileCapabilities } from '../fixes/fileCapabilityFixes.ts';
import { applyFix, type Fix } from '../fixes/fix.ts';
import { judgePath } from '../model/judge.ts';
import {
  findOperation,
  neededCapabilities,
  usualOperations,
  type Operation,
  type OperationId,
} from '../model/operations.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Program } from '../model/system.ts';
import { createLinuxHost } from '../probe/linuxHost.ts';
import { readingHost } from '../probe/readingHost.ts';
import { rememberingHost } from '../probe/rememberingHost.ts';
import { userSightings } from '../probe/sightings.ts';
import type { PictureAsked } from '../protocol/webview.ts';
import type { CheckReport } from '../report/checkReport.ts';
import type { InstanceView } from '../report/instanceView.ts';
import {
  becauseOf,
  findRepair,
  panelModel,
  type Elevate,
  type PanelModel,
} from '../report/panelModel.ts';
import { pictureSvg } from '../report/picture/pictureSvg.ts';
import { ruleMarkdown } from '../report/ruleText.ts';
import { translation, type Texts } from '../report/translate.ts';
import { fileCapabilityText } from '../report/words.ts';
import { findRule, rules } from '../rules/index.ts';
import { findNetworkdRule, networkdRules } from '../rules/networkd/index.ts';
import { findUnitRule, unitRules } from '../rules/unit/index.ts';
import { openAgentCore, type AgentCore } from './agents/agentCore.ts';
import { openAmbientCore, type AmbientCore } from './launcher/ambientCore.ts';
import { openKernelCore, type KernelCore } from './kernelCore.ts';
import { openStorageCore, type StorageCore } from './fileCapabilities/storageCore.ts';
import { openUnitCore, type UnitCore } from './unit/unitCore.ts';

export interface CoreOptions {
  readonly helperPath: string;
  readonly addonPath: string;
  readonly launcherPath: string;
}

/** What is known of a program before it is looked at. */
export interface SaidOfProgram {
  /** What messages of it were about; asked beside the usual. */
  readonly asked: Asked | null;
  readonly needs: ProgramNeeds | null;
}

export type ProgramCheck =
  | (Extract<CheckOutcome, { kind: 'report' }> & ToldNeeds)
  | Extract<CheckOutcome, { kind: 'failure' }>;

/** A report, with what the program needs of all that was judged: that comes first in it. */
interface ToldNeeds {
  readonly report: CheckReport;
  readonly needs: ProgramNeeds;
}

export interface RuleEntry {
  readonly id: string;
  readonly summary: string;
}

export interface Core {
  readonly agent: AgentCore;
  readonly ambient: AmbientCore;
  readonly storage: StorageCore;
  readonly kernel: KernelCore;
  readonly unit: UnitCore;
  /** A check of something that this starts will come soon: what is needed for it is begun. */
  foresee(launcher: CheckRequest['launcher']): void;
  readonly debugging: Debugging;
  check(
    program: string,
    launcher: CheckRequest['launcher'],
    said: SaidOfProgram,
  ): Promise<ProgramCheck>;
  explainMessage(message: string): MessageExplanation | null;
  /** Those that launch configurations and build tools name; nothing is started for it but, where it is trusted, cargo. */
  namedPrograms(search: ProgramSearch): Promise<readonly ProgramCandidate[]>;
  /** Where CMake answers below the directories that a folder has it build in, wherever these are. */
  cmakeReplies(variables: Variables): Promise<readonly string[]>;
  /** What the workspace says that its programs need. */
  workspaceNeeds(search: NeedsSearch): Promise<readonly NamedNeeds[]>;
  needsOfProgram: typeof needsOfProgram;
  describeProgram(path: string): Promise<ProgramDescription>;
  /** The processes of the user that run a program now. */
  instances(program: DescribedProgram): Promise<Evidence<readonly InstanceView[]>>;
  panel(report: CheckReport, elevate: Elevate, texts: Texts): PanelModel;
  /** A picture of it as SVG; null where this report has none. */
  picture(model: PanelModel, asked: PictureAsked, texts: Texts): string | null;
  repair(report: CheckReport, key: string): Fix | null;
  /** The fix that gives the file what the program needs, or takes away what it has. */
  fileCapabilityFix(checked: ToldNeeds, change: 'set' | 'remove'): Fix | null;
  rebuildLoss(report: CheckReport): RebuildLoss | null;
  /** What would come of starting it from the terminal once the fix is made. */
  foretell(checked: ToldNeeds, fix: Fix): { readonly allowed: boolean; readonly because: string };
  /** What the fix would leave on the file, as getcap(8) writes it; undefined where it leaves it alone. */
  expected(fix: Pick<Fix, 'effects'>): string | null | undefined;
  /** Asks the helper; an error where the file cannot be looked at. */
  readBack(path: string): Promise<ReadBack>;
  secondOpinion(path: string): Promise<SecondOpinion>;
  /** Null where setcap(8) can be run. */
  setcapMissing(): Promise<Failure | null>;
  rules(): readonly RuleEntry[];
  /** A rule's page in Markdown; null where there is no such rule. */
  rulePage(id: string): string | null;
  dispose(): void;
}

export function openCore(options: CoreOptions): Core {
  const host = createLinuxHost(options);
  const sightings = userSightings(process.env);
  const trusted = rememberingHost(host);
  const restricted = rememberingHost(readingHost());
  const foresight = new Foresight(host);
  return {
    agent: openAgentCore(host, readingHost(), sightings),
    ambient: openAmbientCore(host, options.launcherPath),
    storage: openStorageCore(host),
    kernel: openKernelCore(host),
    unit: openUnitCore(trusted, restricted),
    foresee: (launcher) => foresight.begin(launchersWith(launcher)),
    debugging: openDebugging(host, sightings, options.launcherPath),
    check: async (program, launcher, { asked, needs: said }) => {
      const needsOf = (seen: Program): ProgramNeeds =>
        programNeeds(said, asked?.refused ?? [], seen);
      const launchers = launchersWith(launcher);
      const request: CheckRequest = {
        program,
        ...launchers,
        operations: (seen) => [
          ...new Set([
            ...needsOf(seen).operations,
            ...usualOperations,
            ...(asked?.operations ?? []),
          ]),
        ],
        ...unnamedRequest,
        ...asked?.request,
      };
      const outcome = await checkProgram(host, sightings, request, foresight.take(launchers));
      return outcome.kind === 'report'
        ? { ...outcome, needs: needsOf(outcome.report.system.program) }
        : outcome;
    },
    explainMessage,
    namedPrograms: (search) => findNamedPrograms(readingHost(), search),
    cmakeReplies: async (variables) =>
      (await cmakeBuildDirectories(readingHost(), variables)).map(cmakeReplies),
    workspaceNeeds: (search) => workspaceNeeds(search.looks ? trusted : restricted, search),
    needsOfProgram,
    describeProgram: (path) => describeProgram(host, sightings, path),
    instances: (program) => findInstances(host, program),
    panel: (report, elevate, texts) => panelModel(report, elevate, translation(texts)),
    picture: (model, { path, operation, colours }, texts) => {
      const shown = model.paths
        .find((each) => each.path === path)
        ?.operations.find((each) => each.operation === operation);
      return shown === undefined ? null : pictureSvg(model, shown, colours, translation(texts));
    },
    repair: findRepair,
    fileCapabilityFix: ({ report: { system }, needs }, change) =>
      change === 'set'
        ? setFileCapabilities(system, neededCapabilities(found(needs.operations)))
        : removeFileCapabilities(system),
    rebuildLoss: ({ system }) => rebuildLoss(system),
    foretell,
    expected: ({ effects }) => {
      for (const effect of effects) {
        if (effect.kind === 'program' && effect.capability !== undefined) {
          return fileCapabilityText({ capability: effect.capability });
        }
      }
      return undefined;
    },
    readBack: (path) => readBack(host, path),
    secondOpinion,
    setcapMissing,
    rules: () =>
      [...rules, ...unitRules, ...networkdRules].map(({ id, summary }) => ({ id, summary })),
    rulePage: (id) => {
      const rule = findRule(id);
      if (rule !== null) return ruleMarkdown(rule);
      const unitRule = findUnitRule(id) ?? findNetworkdRule(id);
      return unitRule === null ? null : ruleMarkdown(unitRule);
    },
    dispose: () => {
      host.dispose();
    },
  };
}

/** VS Code starts debug adapters, and they their debuggers, from the extension host. */
function launchersWith(launcher: CheckRequest['launcher']): LauncherChoices {
  return { launcher, debugLauncher: { kind: 'self', process: 'extension-host' } };
}

function foretell({ report, needs }: ToldNeeds, fix: Fix): ReturnType<Core['foretell']> {
  const { verdicts } = judgePath('terminal', applyFix(report.system, fix), found(needs.operations));
  const hindrance = verdicts.find(({ verdict }) => verdict.kind !== 'allowed');
  const telling = hindrance ?? verdicts[0];
  return {
    allowed: hindrance === undefined,
    because: telling === undefined ? '' : becauseOf(telling.verdict),
  };
}

function found(operations: readonly OperationId[]): readonly Operation[] {
  return operations.map(findOperation).filter((operation) => operation !== null);
}
