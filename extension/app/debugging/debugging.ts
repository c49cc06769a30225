import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import type { DebuggerName, DebugWay } from '../../protocol/debug.ts';
import { clearedBy } from '../../report/debugText.ts';
import { findAlongPath } from '../alongPath.ts';
import {
  rewriteDebugger,
  type RewritingRequest,
  type RewrittenDebugger,
} from './debuggerRewriting.ts';
import {
  checkLaunch,
  foretellLaunch,
  type AmbientLaunch,
  type ForetoldLaunch,
} from './debugCheck.ts';
import { debugLoss, type DebugLoss } from './debugLoss.ts';
import { preflightDebug } from './debugPreflight.ts';
import type { DebugRemedy } from './debugRemedy.ts';
import { chooseDebugWay } from './debugWay.ts';
import type { Failure } from '../failure.ts';
import { debuggerFor } from './debuggerFor.ts';
import { permittedBy } from '../fileCapabilities/fileGrant.ts';
import { launchLosses, type LaunchLoss } from './launchLosses.ts';
import { findLldbAdapter } from './lldbAdapter.ts';
import { installPackageCommand } from '../launcher/packageInstallation.ts';
import type { Variables } from '../programs/variables.ts';

/** A debug session that an editor is about to begin. */
export interface DebugRequest {
  /** An absolute path. */
  readonly program: string;
  readonly capabilities: CapabilitySet;
  readonly way: DebugWay;
  readonly debugger: DebuggerName;
  /** Null: the debugger's own program along PATH. */
  readonly debuggerPath: string | null;
}

export type DebugPlan =
  | { readonly kind: 'ready'; readonly way: DebugWay }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly remedy: DebugRemedy | null };

interface Located {
  readonly path: string;
}

/** What an editor asks before it starts the debug adapter, which judges everything once more. */
export interface Debugging {
  /** What the file of a program grants, or granted when it was last seen with capabilities; null: nothing. */
  granted(program: string): Promise<CapabilitySet | null>;
  plan(request: DebugRequest): Promise<DebugPlan>;
  /** The debugger for what a program is written in. */
  debuggerFor(program: string): Promise<DebuggerName>;
  /** The configuration of another extension's debugger, with the capabilities. */
  rewrite(request: Omit<RewritingRequest, 'launcher' | 'environment'>): Promise<RewrittenDebugger>;
  /** What a debugger that holds nothing costs a program, by its path or along PATH; null: nothing. */
  loss(program: string, interpreterKey: string | null): Promise<(DebugLoss & Located) | null>;
  /** What will come of a launch by another extension's debugger. */
  foretell(launch: AmbientLaunch): Promise<ForetoldLaunch | null>;
  /** What came of it, in lines; null where it cannot be told yet. */
  check(launch: ForetoldLaunch, pid: number | null): Promise<readonly string[] | null>;
  /** What launch configurations in a text cost the programs that they start. */
  launchLosses(text: string, variables: Variables): Promise<readonly LaunchLoss[]>;
}

/**
 * @param launcher the one that came with Capwright
 * @param environment of the adapter that will be started
 */
export function openDebugging(
  host: Host,
  sightings: Sightings,
  launcher: string,
  environment: Environment = process.env,
): Debugging {
  const attribute = async (program: string): Promise<Buffer | null> => {
    const reply = await host.request({ kind: 'file', path: program });
    const hex = reply.ok && 'value' in reply.result.capability && reply.result.capability.value;
    return typeof hex === 'string' ? Buffer.from(hex, 'hex') : null;
  };
  return {
    rewrite: (request) => rewriteDebugger(host, { ...request, launcher, environment }),
    loss: async (program, interpreterKey) => {
      const path = await findAlongPath(program, environment);
      const loss = path === null ? null : await debugLoss(host, sightings, path, interpreterKey);
      return path === null || loss === null ? null : { ...loss, path };
    },
    foretell: (launch) => foretellLaunch(host, sightings, launch, environment),
    check: (launch, pid) => checkLaunch(host, launch, pid),
    launchLosses: (text, variables) => launchLosses(host, sightings, text, variables),
    granted: async (program) => {
      const bytes = await attribute(program);
      if (bytes !== null) return permittedBy(bytes);
      const before = await sightings.recall(program);
      return before.kind === 'known' && before.value !== null
        ? permittedBy(before.value.capability)
        : null;
    },
    debuggerFor: (program) => debuggerFor(host, program),
    plan: async (request) => {
      const { capabilities, way: asked, debuggerPath } = request;
      // Of Python it is the interpreter that is executed.
      const program =
        request.debugger === 'python'
          ? ((await findAlongPath(debuggerPath ?? programs.python.program, environment)) ??
            request.program)
          : request.program;
      const missing = await missingDebugger(request, environment);
      if (missing !== null) return missing;
      const chosen = await chooseDebugWay(host, { asked, capabilities, launcher, environment });
      if (chosen.kind === 'failure') {
        const remedy: DebugRemedy = {
          kind: 'install-launcher',
          capabilities: names(capabilities),
        };
        return { ...chosen, remedy };
      }
      const { way } = chosen;
      const sandbox = way === 'sandbox';
      const preflight = await preflightDebug(host, sightings, { program, sandbox, capabilities });
      if (preflight.kind === 'failure') return { ...preflight, remedy: null };
      const cleared = clearedBy(preflight.expectation);
      if (cleared === null) return { kind: 'ready', way };
      return {
        kind: 'failure',
        failure: {
          blame: 'user',
          message: `${JSON.stringify(program)} would lose its ambient capabilities: ${cleared}.`,
          remedy: 'Take them from the file: ambient ones take their place.',
        },
        remedy: { kind: 'remove-file-capabilities', program },
      };
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const gdb: DebuggerProgram = {
  program: 'gdb',
  package: 'gdb',
  find: (environment) => findAlongPath('gdb', environment),
};

/** The debuggers' own programs, where they are, and the packages that hold them. */
const programs: Readonly<Record<DebuggerName, DebuggerProgram>> = {
  gdb,
  'gdb-dap': gdb,
  lldb: { program: 'lldb-dap', package: 'lldb', find: findLldbAdapter },
  python: {
    program: 'python3',
    package: 'python3-debugpy',
    find: (environment) => findAlongPath('python3', environment),
  },
  go: {
    program: 'dlv',
    package: 'delve',
    find: (environment) => findAlongPath('dlv', environment),
  },
};

interface DebuggerProgram {
  readonly program: string;
  readonly package: string;
  readonly find: (environment: Environment) => Promise<string | null>;
}

async function missingDebugger(
  { debugger: name, debuggerPath }: DebugRequest,
  environment: Environment,
): Promise<DebugPlan | null> {
  const { program, package: provider, find } = programs[name];
  const found =
    debuggerPath === null ? find(environment) : findAlongPath(debuggerPath, environment);
  if ((await found) !== null) return null;
  const command = await installPackageCommand(provider, environment);
  return {
    kind: 'failure',
    failure: {
      blame: 'user',
      message:
        debuggerPath === null
          ? `The debugger ${name} is not installed: there is no ${program} along PATH.`
          : `${JSON.stringify(debuggerPath)}, which debuggerPath names, is no program that can be executed.`,
      remedy: 'Install it, or name its program as debuggerPath.',
    },
    remedy:
      command === null || debuggerPath !== null
        ? null
        : { kind: 'install-debugger', name, command },
  };
}
