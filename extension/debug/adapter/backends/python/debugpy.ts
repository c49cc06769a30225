import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { findAlongPath } from '../../../../app/alongPath.ts';
import { names } from '../../../../model/capabilitySet.ts';
import type { LaunchConfiguration } from '../../../../protocol/debug.ts';
import type { DebuggerProcess } from '../../debuggerProcess.ts';
import { electronAsNode, programVariables } from '../../programEnvironment.ts';
import { quotedWord } from '../../quotedWord.ts';
import { LaunchRefused } from '../../refusal.ts';
import { relayed } from '../../relay.ts';
import type { RelayedDebugger, RelayedLaunch, Surroundings } from '../../relayedDebugger.ts';
import { PythonGates } from './pythonGates.ts';
import type { PreparedLaunch, StartPlan } from '../../session.ts';

/**
 * Python by debugpy. Nothing is traced: only the program itself holds capabilities. It dials its
 * adapter, which holds none and listens on loopback for it.
 */
const python: RelayedDebugger = {
  name: 'python',
  capabilities: { supportsConfigurationDoneRequest: true },
  executable: interpreterOf,
  gates: () => new PythonGates(),
  launch: launchPython,
  attach: {
    refusal: 'debugpy gets into a process that runs by way of gdb, which would change its code.',
    remedy: 'Launch the program, or attach with "debugger": "gdb" to see the interpreter itself.',
  },
};

export const debugpy = relayed(python);

const addressSchema = v.object({ host: v.string(), port: v.number() });

async function launchPython(
  prepared: PreparedLaunch,
  { session, terminal, announce, say }: Surroundings,
): Promise<RelayedLaunch> {
  const { launcher, environment, folder } = session.options;
  const { configuration, capabilities } = prepared;
  if (configuration.with === 'sandbox') {
    throw new LaunchRefused(
      'configuration',
      'debugpy’s adapter listens on the loopback of this network, which a sandbox does not have.',
      'Use another way to the capabilities; capwright run --sandbox runs it without a debugger.',
    );
  }
  if (configuration.stopOnEntry) {
    throw new LaunchRefused(
      'configuration',
      'debugpy does not stop at the entry of a program that it did not start itself.',
      'Set a breakpoint at its first line instead of "stopOnEntry".',
    );
  }
  const interpreter = await interpreterOf(configuration, environment);
  const plan = await session.plan(prepared, [], terminal);
  const inTerminal = plan.terminal !== null && configuration.console === 'integratedTerminal';
  const adapter = await session.startAdapter([interpreter, '-m', 'debugpy.adapter'], null);
  const said: string[] = [];
  adapter.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  let program: DebuggerProcess | null = null;

  /** Once it is known where to dial. */
  const startProgram = async (host: string, port: number): Promise<void> => {
    const setUp = join(folder.path, 'program.sh');
    await writeFile(setUp, setUpScript(configuration, plan, inTerminal, environment), {
      ...{ mode: 0o600, flag: 'wx' },
    });
    const started = await session.start(
      prepared,
      [
        ...(inTerminal ? [launcher, '--caps', names(capabilities).join(','), '--foreground'] : []),
        ...(inTerminal ? ['--'] : []),
        ...['sh', '-c', '. "$0"; exec "$@"', setUp, interpreter],
        ...['-m', 'debugpy', '--connect', `${host}:${String(port)}`, '--wait-for-client'],
        ...[configuration.program, ...configuration.args],
      ],
      terminal,
      announce,
    );
    program = started.process;
    if (!started.inTerminal) {
      started.process.stdout.on('data', (chunk: Buffer) => say(chunk.toString(), 'stdout'));
      started.process.stderr?.on('data', (chunk: Buffer) => {
        said.push(chunk.toString());
        say(chunk.toString(), 'stderr');
      });
    }
    void started.process.ended.then(() => adapter.close());
  };

  return {
    input: adapter.stdout,
    output: adapter.stdin,
    command: 'attach',
    arguments: {
      listen: { host: '127.0.0.1', port: 0 },
      ...{ justMyCode: false, redirectOutput: false, subProcess: false },
    },
    ended: adapter.ended,
    why: () => said.join('').trim(),
    close: async () => {
      program?.close();
      adapter.close();
      await Promise.all([program?.ended, adapter.ended]);
    },
    programOutput: null,
    stop: (body) => body,
    exitStatus: async () => (await program?.ended) ?? null,
    ownEvent: async ({ event, body }) => {
      if (event !== 'debugpyWaitingForServer') return false;
      const { host, port } = v.parse(addressSchema, body);
      await startProgram(host, port);
      return true;
    },
  };
}

/** What gives the program its variables, directory and standard input, before it begins. */
function setUpScript(
  configuration: LaunchConfiguration,
  { way }: StartPlan,
  inTerminal: boolean,
  environment: NodeJS.ProcessEnv,
): string {
  const variables = programVariables(configuration, { way, inTerminal }, environment);
  const { cwd } = configuration;
  return [
    `unset ${electronAsNode}`,
    // sh has no other names.
    ...variables
      .filter(([name]) => /^[a-z_]\w*$/i.test(name))
      .map(([name, value]) => `export ${name}=${quotedWord(value)}`),
    ...(cwd === undefined ? [] : [`cd ${quotedWord(cwd)} || exit`]),
    // The other end of a pipe is the supervisor's sign of life, and says nothing to the program.
    ...(inTerminal ? [] : ['exec </dev/null']),
    '',
  ].join('\n');
}

/** `debuggerPath`, or the `python3` along PATH. */
async function interpreterOf(
  { debuggerPath = 'python3' }: LaunchConfiguration,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const found = await findAlongPath(debuggerPath, environment);
  if (found !== null) return found;
  throw new LaunchRefused(
    'debugger',
    `There is no ${JSON.stringify(debuggerPath)} that could be run.`,
    'Install it (Debian: apt install python3-debugpy), or name it as debuggerPath.',
  );
}
