import { readdir, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { findAlongPath } from '../../../../app/alongPath.ts';
import type { DebuggerLine } from '../../debuggerLine.ts';
import { planDialling, startDialling, type DiallingPlan } from '../../diallingDebugger.ts';
import { DelveGates } from './delveGates.ts';
import { programVariables } from '../../programEnvironment.ts';
import { LaunchRefused } from '../../refusal.ts';
import { relayed } from '../../relay/relay.ts';
import type { RelayedDebugger, RelayedLaunch, Surroundings } from '../../relayedDebugger.ts';
import type { PreparedAttach, PreparedLaunch, StartRequest } from '../../session.ts';

/** Go by Delve, which dials its client: it traces the program, and holds the capabilities with it. */
const go: RelayedDebugger = {
  name: 'go',
  capabilities: { supportsConfigurationDoneRequest: true },
  gates: ({ options: { host } }) => (host.architecture === 'x64' ? new DelveGates() : null),
  launch: launchDelve,
  attach: attachDelve,
};

export const delve = relayed(go);

const outputSchema = v.object({ output: v.string() });

async function launchDelve(prepared: PreparedLaunch, around: Surroundings): Promise<RelayedLaunch> {
  const { environment } = around.session.options;
  const { configuration } = prepared;
  const { debuggerPath = 'dlv', program, args, cwd, stopOnEntry } = configuration;
  const dlv = await findDelve(debuggerPath, environment);
  const plan = await planDialling(prepared, around);
  const { line, words } = await startDelve(prepared, dlv, plan, around);

  let status: number | null = null;
  let atEntry = false;
  return {
    ...line,
    command: 'launch',
    arguments: {
      ...{ mode: 'exec', program, args, stopOnEntry },
      ...(cwd === undefined ? {} : { cwd }),
      env: Object.fromEntries(programVariables(configuration, plan, environment)),
    },
    programOutput: null,
    // Up to 1.20 it has no event for that.
    findProgram: () => childOf(words),
    stop: (body) => {
      atEntry = body.reason === 'entry';
      return body;
    },
    // It tells the stacks of goroutines alone: “unknown goroutine 1”, it says there.
    withoutStack: () => (atEntry ? 'Go’s runtime has not begun: there is no stack yet' : null),
    // It tells the exit status when it takes its leave, in words.
    takesLeave: true,
    hear: ({ event, body }) => {
      const output = event === 'output' ? v.safeParse(outputSchema, body) : null;
      const text = output?.success === true ? output.output.output : '';
      const told = /has exited with status (-?\d+)/.exec(text)?.[1];
      // Less than zero stands for a signal (trapWaitInternal() in pkg/proc/native).
      if (told !== undefined) status = Number(told) < 0 ? 128 - Number(told) : Number(told);
    },
    exitStatus: () => status,
  };
}

async function attachDelve(prepared: PreparedAttach, around: Surroundings): Promise<RelayedLaunch> {
  const { configuration, pid } = prepared;
  const { debuggerPath = 'dlv' } = configuration;
  const dlv = await findDelve(debuggerPath, around.session.options.environment);
  const plan = await planDialling(prepared, around);
  const { line } = await startDelve(prepared, dlv, plan, around);
  return {
    ...line,
    command: 'attach',
    arguments: { mode: 'local', processId: pid },
    programOutput: null,
    stop: (body) => body,
    exitStatus: (told) => told,
  };
}

/** Speaks with it; `words` are its own command line. */
async function startDelve(
  request: StartRequest,
  dlv: string,
  { wrapper }: DiallingPlan,
  around: Surroundings,
): Promise<{ readonly line: DebuggerLine; readonly words: readonly string[] }> {
  let words: readonly string[] = [];
  const commandFor = (address: string): readonly string[] => {
    words = [dlv, 'dap', '--client-addr', address];
    return [...wrapper, ...words];
  };
  const line = await startDialling(request, 'Delve', commandFor, around);
  return { line, words };
}

/** @throws {LaunchRefused} where there is none */
async function findDelve(debuggerPath: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const found = await findAlongPath(debuggerPath, environment);
  if (found !== null) return found;
  throw new LaunchRefused(
    'debugger',
    `There is no ${JSON.stringify(debuggerPath)} that could be run.`,
    'Install it (Debian: apt install delve), or name it as debuggerPath.',
  );
}

/** The child of the process with this command line, proc_pid_cmdline(5); null where there is none. */
async function childOf(command: readonly string[]): Promise<number | null> {
  const wanted = `${command.join('\0')}\0`;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // It may have ended since it was listed.
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (text !== wanted) continue;
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(
        () => '',
      );
      const [child] = children.split(' ').filter((each) => each !== '');
      if (child !== undefined) return Number(child);
    }
  }
  return null;
}
