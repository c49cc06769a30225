import { readdir, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import * as v from 'valibot';
import { findAlongPath } from '../../../../app/alongPath.ts';
import { names } from '../../../../model/capabilitySet.ts';
import type { DebuggerLine } from '../../debuggerLine.ts';
import { openDialledPort } from '../../dialledPort.ts';
import { DelveGates } from './delveGates.ts';
import { programVariables } from '../../programEnvironment.ts';
import { LaunchRefused } from '../../refusal.ts';
import { relayed } from '../../relay.ts';
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

async function launchDelve(
  prepared: PreparedLaunch,
  { session, terminal: offered, announce, say }: Surroundings,
): Promise<RelayedLaunch> {
  const { launcher, environment } = session.options;
  const { configuration, capabilities } = prepared;
  if (configuration.with === 'sandbox') {
    throw new LaunchRefused(
      'configuration',
      'Delve dials its client on the loopback of this network, which a sandbox does not have.',
      'Use another way to the capabilities; capwright run --sandbox runs it without a debugger.',
    );
  }
  const { debuggerPath = 'dlv', program, args, cwd, stopOnEntry } = configuration;
  const dlv = await findDelve(debuggerPath, environment);
  const plan = await session.plan(prepared, [], offered);
  const inTerminal = plan.terminal !== null && configuration.console === 'integratedTerminal';
  const inner = inTerminal
    ? [launcher, '--caps', names(capabilities).join(','), '--foreground']
    : [];
  const { line, words } = await startDelve(prepared, dlv, {
    wrapper: inTerminal ? [...inner, '--'] : withoutInput,
    ...{ session, terminal: offered, announce, say },
  });

  let status: number | null = null;
  return {
    ...line,
    command: 'launch',
    arguments: {
      ...{ mode: 'exec', program, args, stopOnEntry },
      ...(cwd === undefined ? {} : { cwd }),
      env: Object.fromEntries(
        programVariables(configuration, { way: plan.way, inTerminal }, environment),
      ),
    },
    programOutput: null,
    // Up to 1.20 it has no event for that.
    findProgram: () => childOf(words),
    stop: (body) => body,
    // It tells the exit status when it takes its leave, in words.
    takesLeave: true,
    hear: ({ event, body }) => {
      const told = event === 'output' ? v.safeParse(outputSchema, body) : null;
      const text = told?.success === true ? told.output.output : '';
      const match = /has exited with status (\d+)/.exec(text);
      if (match !== null) status = Number(match[1]);
    },
    exitStatus: () => status,
  };
}

async function attachDelve(
  prepared: PreparedAttach,
  { session, terminal, announce, say }: Surroundings,
): Promise<RelayedLaunch> {
  const { configuration, pid } = prepared;
  const { debuggerPath = 'dlv' } = configuration;
  const dlv = await findDelve(debuggerPath, session.options.environment);
  const { line } = await startDelve(prepared, dlv, {
    wrapper: withoutInput,
    ...{ session, terminal, announce, say },
  });
  return {
    ...line,
    command: 'attach',
    arguments: { mode: 'local', processId: pid },
    programOutput: null,
    stop: (body) => body,
    exitStatus: (told) => told,
  };
}

/** The other end of a pipe is the supervisor's sign of life, and says nothing to the program. */
const withoutInput = ['sh', '-c', 'exec "$@" </dev/null', 'sh'];

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

interface StartedDelve {
  readonly line: DebuggerLine;
  /** Its own command line. */
  readonly words: readonly string[];
}

/** @throws {LaunchRefused} where it ends before it has dialled */
async function startDelve(
  request: StartRequest,
  dlv: string,
  {
    wrapper,
    session,
    terminal,
    announce,
    say,
  }: Omit<Surroundings, 'comment'> & { readonly wrapper: readonly string[] },
): Promise<StartedDelve> {
  const port = await openDialledPort();
  const words = [dlv, 'dap', '--client-addr', port.address];
  const started = await session.start(request, [...wrapper, ...words], terminal, announce);
  const said: string[] = [];
  if (!started.inTerminal) {
    started.process.stdout.on('data', (chunk: Buffer) => say(chunk.toString(), 'stdout'));
    started.process.stderr?.on('data', (chunk: Buffer) => {
      said.push(chunk.toString());
      say(chunk.toString(), 'stderr');
    });
  }
  const socket = await Promise.race([port.dialled, started.process.ended]);
  port.close();
  if (!isSocket(socket)) {
    throw new LaunchRefused(
      'debugger',
      `Delve did not start (status ${String(socket)}): ${said.join('').trim()}`,
      'The refusals of capwright-launch are in native/README.md.',
    );
  }
  socket.on('error', () => undefined);
  const { process } = started;
  const line: DebuggerLine = {
    ...{ input: socket, output: socket, ended: process.ended },
    why: () => said.join('').trim(),
    close: async () => {
      process.close();
      socket.destroy();
      await process.ended;
    },
  };
  return { line, words };
}

function isSocket(value: Socket | number | null): value is Socket {
  return value !== null && typeof value === 'object';
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
