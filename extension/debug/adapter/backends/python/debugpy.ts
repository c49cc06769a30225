import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAlongPath } from '../../../../app/alongPath.ts';
import type { LaunchConfiguration } from '../../../../protocol/debug.ts';
import { planDialling, startDialling, type DiallingPlan } from '../../diallingDebugger.ts';
import { electronAsNode, programVariables } from '../../programEnvironment.ts';
import { quotedWord } from '../../../../report/quotedWord.ts';
import { LaunchRefused } from '../../refusal.ts';
import { relayed } from '../../relay/relay.ts';
import type { RelayedDebugger, RelayedLaunch, Surroundings } from '../../relayedDebugger.ts';
import { PythonGates } from './pythonGates.ts';
import type { PreparedLaunch } from '../../session.ts';

/**
 * Python by debugpy. Nothing is traced: only the program itself holds capabilities. It dials its
 * client and answers by itself; debugpy’s adapter, which would listen for whoever dials first, is not
 * needed.
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

async function launchPython(
  prepared: PreparedLaunch,
  around: Surroundings,
): Promise<RelayedLaunch> {
  const { environment, folder } = around.session.options;
  const { configuration } = prepared;
  const { program, args, stopOnEntry } = configuration;
  const interpreter = await interpreterOf(configuration, environment);
  const plan = await planDialling(prepared, around);
  const setUp = join(folder.path, 'program.sh');
  await writeFile(setUp, setUpScript(configuration, plan, environment), {
    ...{ mode: 0o600, flag: 'wx' },
  });
  const line = await startDialling(
    prepared,
    'debugpy',
    (address) => [
      ...[...plan.wrapper, 'sh', '-c', '. "$0"; exec "$@"', setUp],
      // Modules that are frozen into Python 3.11 and later have no lines to stop at; before, that says nothing.
      ...[interpreter, '-X', 'frozen_modules=off'],
      ...['-m', 'debugpy', '--connect', address, '--wait-for-client'],
      // The program's children would dial the same address, where nobody waits for them.
      ...['--configure-subProcess', 'false', program, ...args],
    ],
    around,
  );
  return {
    ...line,
    command: 'launch',
    arguments: { stopOnEntry, justMyCode: false, redirectOutput: false },
    programOutput: null,
    stop: (body) => body,
    exitStatus: () => line.ended,
  };
}

/** What gives the program its variables and directory, before it begins. */
function setUpScript(
  configuration: LaunchConfiguration,
  plan: DiallingPlan,
  environment: NodeJS.ProcessEnv,
): string {
  const variables = programVariables(configuration, plan, environment);
  const { cwd } = configuration;
  return [
    `unset ${electronAsNode}`,
    // sh has no other names.
    ...variables
      .filter(([name]) => /^[a-z_]\w*$/i.test(name))
      .map(([name, value]) => `export ${name}=${quotedWord(value)}`),
    ...(cwd === undefined ? [] : [`cd ${quotedWord(cwd)} || exit`]),
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
