import * as v from 'valibot';
import { preflightAttach } from '../../app/debugging/attachPreflight.ts';
import { preflightDebug } from '../../app/debugging/debugPreflight.ts';
import { runWayOf } from '../../app/debugging/debugWay.ts';
import { explainDenial } from '../../app/refusal/explainDenial.ts';
import { liveThreads, threadsOf } from '../../app/debugging/liveThreads.ts';
import { elevates, planRun, type RunWay } from '../../app/launcher/run.ts';
import { parseCapability } from '../../model/capability.ts';
import { emptySet, fromHex, names, setOf, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { Errno } from '../../model/errno.ts';
import type { Expectation } from '../../model/expectation.ts';
import { wantedBy, type SystemCall } from '../../model/systemCall.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import {
  attachConfigurationSchema,
  launchConfigurationSchema,
  type AttachConfiguration,
  type CredentialsAnswer,
  type DebuggerName,
  type LaunchConfiguration,
} from '../../protocol/debug.ts';
import { attachLines, attachRemedy, describeAttachReason } from '../../report/attachText.ts';
import {
  checkLines,
  clearedBy,
  denialText,
  findingLines,
  preflightLines,
  type DenialText,
} from '../../report/debugText.ts';
import { shellWords } from '../../report/shellWords.ts';
import {
  startHere,
  startInTerminal,
  type DebuggerProcess,
  type RunInTerminal,
} from './debuggerProcess.ts';
import type { PrivateFolder } from '../../app/privateFolder.ts';
import { LaunchRefused } from './refusal.ts';

export interface SessionOptions {
  readonly host: Host;
  readonly sightings: Sightings;
  /** The launcher that came with Capwright. */
  readonly launcher: string;
  /** The backend that serves this session. */
  readonly debugger: DebuggerName;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: PrivateFolder;
}

/** A launch that may go on. */
export interface PreparedLaunch {
  readonly configuration: LaunchConfiguration;
  readonly capabilities: CapabilitySet;
  readonly expectation: Expectation;
  /** For the debug console, before anything starts. */
  readonly lines: readonly string[];
}

/** An attachment that may go on. */
export interface PreparedAttach {
  readonly configuration: AttachConfiguration & Pick<LaunchConfiguration, 'console'>;
  readonly pid: number;
  readonly name: string;
  /** No more than what attaching needs. */
  readonly capabilities: CapabilitySet;
  readonly expectation: Expectation;
  /** For the debug console, before anything starts. */
  readonly lines: readonly string[];
}

/** What a debugger is to be started with. */
export interface StartRequest {
  readonly configuration: Pick<LaunchConfiguration, 'with' | 'console'>;
  readonly capabilities: CapabilitySet;
  /** Further options of the launcher that supervises it. */
  readonly options?: readonly string[];
  /** The process that it attaches to, and has to let go before it ends; absent where there is none. */
  readonly pid?: number;
}

/** A debugger that holds the capabilities, and how it came by them. */
export interface StartedDebugger {
  readonly process: DebuggerProcess;
  readonly inTerminal: boolean;
  readonly way: RunWay | 'root' | 'sandbox';
}

/** How a debugger is to be started, and in whose terminal: null for none. */
export interface StartPlan {
  readonly way: StartedDebugger['way'];
  readonly argv: readonly string[];
  readonly terminal: RunInTerminal | null;
}

/** What happens around every launch, whichever debugger it is: preflight, start, check, explanation. */
export class Session {
  readonly options: SessionOptions;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  /**
   * Understands the configuration and judges the program.
   * @param executable tells what is exec'd, where that is not the program itself
   * @throws {LaunchRefused} where nothing good would come of starting it
   */
  async prepare(
    given: unknown,
    executable: (
      configuration: LaunchConfiguration,
      environment: NodeJS.ProcessEnv,
    ) => Promise<string> = ({ program }) => Promise.resolve(program),
  ): Promise<PreparedLaunch> {
    const configuration = this.#understand(launchConfigurationSchema, given);
    const capabilities = setNamed(configuration.capabilities);
    const sandbox = configuration.with === 'sandbox';
    const path = sandbox ? 'sandbox' : 'ambient-debugger';
    const { host, sightings, environment } = this.options;
    const program = await executable(configuration, environment);
    const preflight = await preflightDebug(host, sightings, { program, sandbox, capabilities });
    if (preflight.kind === 'failure') throw LaunchRefused.of('program', preflight.failure);
    const { report, expectation } = preflight;
    const cleared = clearedBy(expectation);
    if (cleared !== null) {
      const plain = findingLines(report.findings, 'debugger');
      throw new LaunchRefused(
        'ambient-cleared',
        [`The program would lose its ambient capabilities: ${cleared}.`, ...plain].join('\n'),
        `Take them from the file, or debug a copy of it: sudo setcap -r ${shellWords([program])}`,
      );
    }
    if (expectation.kind === 'refused') {
      throw new LaunchRefused(
        'program',
        [
          `The program will not start: ${expectation.call} answers ${expectation.errno}.`,
          ...findingLines(report.findings, path),
        ].join('\n'),
        'capwright check tells what can be done.',
      );
    }
    const lines = preflightLines(report, path, capabilities);
    return { configuration, capabilities, expectation, lines };
  }

  /**
   * Understands the configuration and judges whether a debugger can attach.
   * @throws {LaunchRefused} where the kernel would refuse
   */
  async prepareAttach(given: unknown): Promise<PreparedAttach> {
    const configuration = this.#understand(attachConfigurationSchema, given);
    const { pid: asked, processId, capabilities: wanted } = configuration;
    const pid = asked ?? processId;
    if (pid === undefined) throw misconfigured('it names no "pid"');
    const set = wanted === undefined ? null : setNamed(wanted);
    const preflight = await preflightAttach(this.options.host, { pid, asked: set });
    if (preflight.kind === 'failure') throw LaunchRefused.of('program', preflight.failure);
    if (preflight.kind === 'refused') {
      const { reasons } = preflight;
      throw new LaunchRefused(
        'attach',
        [
          `No debugger of yours can attach to process ${String(pid)}: the kernel would answer EPERM.`,
          ...reasons.map(describeAttachReason),
        ].join('\n'),
        [...new Set(reasons.map(attachRemedy))].join('\n'),
      );
    }
    const { process: target, capabilities, verdict, expectation } = preflight;
    return {
      // A debugger that attaches has nothing to say in a terminal.
      configuration: { ...configuration, console: 'internalConsole' },
      ...{ pid, name: target.name, capabilities, expectation },
      lines: attachLines(target, capabilities, verdict),
    };
  }

  /**
   * Starts a debugger, or the part of one that needs them, with the capabilities.
   * @param command speaks on standard input and output
   * @param terminal of the client; null where it has none, or is not to be used
   * @throws {LaunchRefused} where there is no way to the capabilities
   */
  async start(
    prepared: StartRequest,
    command: readonly string[],
    offered: RunInTerminal | null,
    announce: (line: string) => void,
  ): Promise<StartedDebugger> {
    const { folder, directory, environment } = this.options;
    const { way, argv, terminal } = await this.plan(prepared, command, offered);
    announce(shellWords(argv));
    const process =
      terminal === null
        ? startHere({ argv, directory, environment })
        : await startInTerminal(terminal, folder, directory, (socket) => connecting(argv, socket));
    return { process, inTerminal: terminal !== null, way };
  }

  /** Starts an adapter, which needs no capabilities, so that nothing of it outlives this process. */
  async startAdapter(
    command: readonly string[],
    terminal: RunInTerminal | null,
    attached: Pick<StartRequest, 'pid'> = {},
  ): Promise<DebuggerProcess> {
    const { launcher, folder, directory, environment } = this.options;
    const asRoot = process.getuid?.() === 0 ? ['--as-root'] : [];
    const argv = [launcher, ...supervision(attached), ...asRoot, '--', ...command];
    return terminal === null
      ? startHere({ argv, directory, environment })
      : startInTerminal(terminal, folder, directory, (socket) => connecting(argv, socket));
  }

  /**
   * How a debugger, or the part of one that needs them, gets the capabilities.
   * @param terminal of the client; null where it has none, or is not to be used
   * @throws {LaunchRefused} where there is no way to the capabilities
   */
  async plan(
    request: StartRequest,
    command: readonly string[],
    terminal: RunInTerminal | null,
  ): Promise<StartPlan> {
    const { configuration, capabilities } = request;
    const { host, launcher, directory, environment } = this.options;
    const plan = await planRun(host, {
      command,
      capabilities,
      sandbox: configuration.with === 'sandbox',
      // Who needs none is supervised alone.
      via: capabilities === emptySet ? null : runWayOf[configuration.with],
      // What gdb starts programs with; other shells quote otherwise.
      variables: ['SHELL=/bin/sh'],
      options: [...supervision(request), ...(request.options ?? [])],
      launcher,
      directory,
      environment,
    });
    if (plan.kind === 'failure') throw LaunchRefused.of('not-granted', plan.failure);
    const { way, argv } = plan;
    const wants = configuration.console === 'integratedTerminal' || elevates(way);
    if (terminal !== null && wants) return { way, argv, terminal };
    // Without a terminal nobody could type a password.
    const unasked = way === 'sudo' ? ['sudo', '-n', ...argv.slice(1)] : argv;
    return { way, argv: unasked, terminal: null };
  }

  /** Reads the credentials of a process that was started, and compares them with what was foretold. */
  async check(pid: number, { expectation }: PreparedLaunch): Promise<readonly string[]> {
    const [main] = await liveThreads(this.options.host, pid);
    return checkLines(pid, expectation, main ?? null);
  }

  /** The credentials of each thread of a process at this moment. */
  async credentials(pid: number): Promise<CredentialsAnswer> {
    const threads = await threadsOf(this.options.host, pid);
    const named = (hex: string): readonly string[] => names(fromHex(hex) ?? emptySet);
    return {
      pid,
      threads: threads.map((thread) => ({
        tid: thread.tid,
        name: thread.name,
        uid: thread.uid,
        gid: thread.gid,
        groups: thread.groups,
        permitted: named(thread.permitted),
        effective: named(thread.effective),
        inheritable: named(thread.inheritable),
        bounding: named(thread.bounding),
        ambient: named(thread.ambient),
        noNewPrivs: thread.noNewPrivs,
      })),
    };
  }

  /** Why the kernel refused a call of a thread: the gates, asked with what it holds now. */
  async explain(
    { pid, tid }: { readonly pid: number; readonly tid: number },
    { expectation }: Pick<PreparedLaunch, 'expectation'>,
    call: SystemCall,
    errno: Errno,
  ): Promise<DenialText> {
    const wanted = wantedBy(call);
    const threads = await liveThreads(this.options.host, pid);
    const live = threads.find((thread) => thread.tid === tid);
    const verdicts =
      expectation.kind === 'starts' && live !== undefined
        ? await explainDenial(this.options.host, wanted, expectation, live)
        : [];
    return denialText(wanted, errno, verdicts);
  }

  #understand<T extends typeof launchConfigurationSchema | typeof attachConfigurationSchema>(
    schema: T,
    given: unknown,
  ): v.InferOutput<T> {
    const parsed = v.safeParse(schema, given);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const key = v.getDotPath(issue) ?? 'the configuration';
      throw misconfigured(`${key}: ${issue.message}`);
    }
    const named: string | undefined = parsed.output.debugger;
    const ours: string = this.options.debugger;
    if (named !== undefined && named !== ours) {
      throw misconfigured(`this adapter was started for ${ours}, not for ${named}`);
    }
    return parsed.output;
  }
}

function setNamed(capabilities: readonly string[]): CapabilitySet {
  return capabilities.reduce((set, name) => {
    const capability = parseCapability(name);
    if (capability === null) {
      throw misconfigured(`there is no capability ${JSON.stringify(name)}; capabilities(7)`);
    }
    return set | setOf(capability);
  }, emptySet);
}

function misconfigured(what: string): LaunchRefused {
  return new LaunchRefused(
    'configuration',
    `The launch configuration cannot be used: ${what}.`,
    'Change it in launch.json.',
  );
}

/** Of a debugger: one that is killed leaves its breakpoints in a process that stays. */
function supervision({ pid }: Pick<StartRequest, 'pid'>): readonly string[] {
  return pid === undefined ? ['--supervise'] : ['--supervise', '--gently'];
}

/** A further option of the launcher that starts it: the socket that it is spoken with through. */
function connecting(argv: readonly string[], socket: string): readonly string[] {
  const end = argv.indexOf('--supervise');
  return [...argv.slice(0, end), '--connect', socket, ...argv.slice(end)];
}
