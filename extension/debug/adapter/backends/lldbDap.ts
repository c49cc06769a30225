import { readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findLldbAdapter } from '../../../app/debugging/lldbAdapter.ts';
import { shellWords } from '../../../report/shellWords.ts';
import { lineTo, type DebuggerLine } from '../debuggerLine.ts';
import { takingLeave } from '../farewell.ts';
import { openProgramOutput, type ProgramOutput } from '../programOutput.ts';
import { electronAsNode } from '../programEnvironment.ts';
import { LldbStops } from './lldbStops.ts';
import { quotedWord } from '../../../report/quotedWord.ts';
import { LaunchRefused } from '../refusal.ts';
import { relayed } from '../relay/relay.ts';
import type { RelayedDebugger, RelayedLaunch, Surroundings } from '../relayedDebugger.ts';
import type { PreparedAttach, PreparedLaunch, StartPlan, StartRequest } from '../session.ts';

/**
 * lldb by its own adapter, lldb-dap (lldb-vscode up to 17). Only lldb-server, which that starts and
 * which starts the program, holds capabilities.
 */
const lldb: RelayedDebugger = {
  name: 'lldb',
  // lldb cannot stop at system calls, so there is no filter for refused ones.
  capabilities: { supportsConfigurationDoneRequest: true },
  launch: launchLldb,
  attach: attachLldb,
};

export const lldbDap = relayed(lldb);

async function launchLldb(
  prepared: PreparedLaunch,
  { session, terminal: offered, announce, say }: Surroundings,
): Promise<RelayedLaunch> {
  const { folder } = session.options;
  const { configuration } = prepared;
  const { plan, line } = await startLldb(prepared, configuration, {
    session,
    terminal: offered,
    announce,
  });
  const inTerminal = plan.terminal !== null && configuration.console === 'integratedTerminal';
  const programOutput = inTerminal ? null : await openProgramOutput(folder, say);

  const { program, args, cwd, env, initCommands, stopOnEntry } = configuration;
  const stops = new LldbStops();
  let atEntry = stopOnEntry;
  return {
    ...line,
    command: 'launch',
    arguments: {
      ...{ program, args, env: Object.entries(env).map(([name, value]) => `${name}=${value}`) },
      ...(cwd === undefined ? {} : { cwd }),
      initCommands: [
        ...streamSettings(programOutput),
        // While a password is typed, nothing comes.
        'settings set plugin.process.gdb-remote.packet-timeout 60',
        ...initCommands,
      ],
      preRunCommands: stopOnEntry ? ['breakpoint set --one-shot true --name main'] : [],
    },
    programOutput,
    answered: stops.answered,
    stop: (body, pausing, ask) => {
      const isEntry = atEntry && body.reason === 'breakpoint';
      atEntry = false;
      return isEntry ? { ...body, reason: 'entry' } : stops.stop(body, pausing, ask);
    },
    exitStatus: stops.exitStatus,
  };
}

/** The adapter, which holds nothing, and its server by the way to the capabilities. */
async function startLldb(
  request: StartRequest,
  { debuggerPath }: { readonly debuggerPath?: string | undefined },
  { session, terminal, announce }: Pick<Surroundings, 'session' | 'terminal' | 'announce'>,
): Promise<{
  readonly plan: StartPlan;
  readonly line: Pick<RelayedLaunch, keyof DebuggerLine>;
}> {
  const { folder, environment } = session.options;
  const adapter = debuggerPath ?? (await findLldbAdapter(environment));
  if (adapter === null) {
    throw new LaunchRefused(
      'debugger',
      'There is no lldb-dap along PATH.',
      'Install it (Debian: apt install lldb), or name it as debuggerPath.',
    );
  }
  const plan = await session.plan(request, [await serverOf(adapter)], terminal);
  announce(shellWords(plan.argv));
  const server = join(folder.path, 'lldb-server');
  const complaints = plan.terminal === null ? join(folder.path, 'lldb-server.err') : '/dev/tty';
  await writeFile(server, serverScript(plan.argv, complaints), { mode: 0o700, flag: 'wx' });
  const variables = ['-u', electronAsNode, `LLDB_DEBUGSERVER_PATH=${server}`];
  const command = ['env', ...variables, adapter];
  const process = await session.startAdapter(
    // Up to 16 at least it goes on by itself when its input ends.
    request.pid === undefined ? command : takingLeave(command),
    plan.terminal,
    request,
  );
  const line = lineTo(process);
  const why = async () =>
    [line.why(), await readFile(complaints, 'utf8').catch(() => '')].join('\n').trim();
  return { plan, line: { ...line, why } };
}

async function attachLldb(
  prepared: PreparedAttach,
  { session, terminal, announce }: Surroundings,
): Promise<RelayedLaunch> {
  const { configuration, pid } = prepared;
  const { program, initCommands } = configuration;
  const { line } = await startLldb(prepared, configuration, { session, terminal, announce });
  const stops = new LldbStops();
  return {
    ...line,
    command: 'attach',
    arguments: { pid, ...(program === undefined ? {} : { program }), initCommands },
    programOutput: null,
    answered: stops.answered,
    stop: stops.stop,
    exitStatus: stops.exitStatus,
  };
}

/**
 * What the adapter starts as lldb-server. The socket by which it speaks with that becomes standard
 * input: sudo closes every other descriptor, and the launcher's supervisor ends it when that closes.
 * It stays in the session that it is started in, whose terminal is the program's.
 */
function serverScript(argv: readonly string[], complaints: string): string {
  return String.raw`#!/usr/bin/env bash
for word; do
  shift
  case $word in
    --fd=*) exec <&"${'$'}{word#--fd=}"; set -- "$@" --fd=0 ;;
    --setsid) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec ${argv.map(quotedWord).join(' ')} "$@" 2>${quotedWord(complaints)}
`;
}

function streamSettings(output: ProgramOutput | null): readonly string[] {
  const [stdin, stdout, stderr] =
    output === null
      ? ['/dev/tty', '/dev/tty', '/dev/tty']
      : ['/dev/null', output.stdout, output.stderr];
  return [
    `settings set target.input-path "${stdin}"`,
    `settings set target.output-path "${stdout}"`,
    `settings set target.error-path "${stderr}"`,
  ];
}

/** The server of the same release lies beside it. */
async function serverOf(adapter: string): Promise<string> {
  try {
    const folder = dirname(await realpath(adapter));
    const server = join(folder, 'lldb-server');
    await realpath(server);
    return server;
  } catch {
    throw new LaunchRefused(
      'debugger',
      `${JSON.stringify(adapter)} is no adapter with an lldb-server beside it.`,
      'Name lldb-dap (or lldb-vscode) by its path as debuggerPath.',
    );
  }
}
