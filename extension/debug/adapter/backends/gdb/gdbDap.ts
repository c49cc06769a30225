import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { answered, type Ask } from '../../ask.ts';
import { lineTo } from '../../debuggerLine.ts';
import { LaunchRefused } from '../../refusal.ts';
import { relayed } from '../../relay/relay.ts';
import type {
  RelayedDebugger,
  RelayedLaunch,
  Stopped,
  Surroundings,
} from '../../relayedDebugger.ts';
import type { PreparedAttach, PreparedLaunch } from '../../session.ts';
import { setUpCommands } from './gdbCommands.ts';
import { GdbDapGates } from './gdbDapGates.ts';
import { gateCost, conventionOf } from './gdbGates.ts';
import { gdbVersion } from './gdbProcess.ts';
import { openStreams } from './gdbStreams.ts';

/**
 * gdb by the Debug Adapter Protocol, which it speaks itself since 14. gdb and the program hold the
 * capabilities, nothing else.
 */
const gdb: RelayedDebugger = {
  name: 'gdb-dap',
  capabilities: { supportsConfigurationDoneRequest: true },
  gates: ({ options: { host } }) => {
    const convention = conventionOf(host.architecture);
    return convention === null ? null : new GdbDapGates(convention, gateCost);
  },
  launch: launchGdb,
  attach: attachGdb,
};

export const gdbDap = relayed(gdb);

const firstRelease = 14;
const outputSchema = v.object({ output: v.string() });
const breakpointSchema = v.object({ breakpoint: v.object({ id: v.optional(v.number()) }) });
const resultSchema = v.object({ result: v.string() });

async function launchGdb(
  prepared: PreparedLaunch,
  { session, terminal, announce, say, comment }: Surroundings,
): Promise<RelayedLaunch> {
  const { environment, folder } = session.options;
  const { configuration } = prepared;
  const { program, args, debuggerPath = 'gdb', initCommands, stopOnEntry } = configuration;
  await requireDap(debuggerPath);
  const script = join(folder.path, 'set-up.gdb');
  const started = await session.start(
    prepared,
    commandOf(debuggerPath, script),
    terminal,
    announce,
  );
  const line = lineTo(started.process);
  const { output: programOutput, streams } = await openStreams(
    prepared,
    started,
    session.options,
    say,
  );
  const setUp = [
    // By itself it loads the program when all is configured, and no breakpoint could be verified.
    `file ${escaped(program)}`,
    ...setUpCommands(prepared, started, streams, environment),
    ...initCommands,
    '',
  ];
  await writeFile(script, setUp.join('\n'), { mode: 0o600, flag: 'wx' });

  let first = true;
  /** Its own breakpoint, once gdb has told its number: the client did not set it. */
  let own: number | 'asked' | null = null;
  let atEntry = stopOnEntry;
  return {
    ...line,
    command: 'launch',
    arguments: { args, stopOnEntry: true },
    programOutput,
    stopsFirst: true,
    stop: async (body, pausing, ask) => {
      if (first) {
        first = false;
        if (stopOnEntry) {
          own = 'asked';
          await ask('evaluate', { context: 'repl', expression: 'tbreak main' });
        }
        await ask('continue', { threadId: body.threadId });
        return null;
      }
      const isEntry = atEntry && body.reason === 'breakpoint';
      atEntry = false;
      if (isEntry) return { ...body, reason: 'entry' };
      if (body.reason !== 'signal' || pausing) return body;
      return signalled(body, ask);
    },
    exitStatus,
    hear: ({ event, body }) => {
      const told =
        event === 'breakpoint' && own === 'asked' ? v.parse(breakpointSchema, body) : null;
      if (told !== null) own = told.breakpoint.id ?? null;
    },
    ownEvent: ({ event, body }) => {
      if (event === 'breakpoint') return v.parse(breakpointSchema, body).breakpoint.id === own;
      const told = event === 'output' ? v.safeParse(outputSchema, body) : null;
      if (told?.success !== true) return false;
      // The program writes elsewhere.
      comment(told.output.output);
      return true;
    },
  };
}

async function attachGdb(
  prepared: PreparedAttach,
  { session, terminal, announce, comment }: Surroundings,
): Promise<RelayedLaunch> {
  const { configuration, pid } = prepared;
  const { program, debuggerPath = 'gdb', initCommands } = configuration;
  await requireDap(debuggerPath);
  const script = join(session.options.folder.path, 'set-up.gdb');
  const file = program === undefined ? [] : [`file ${escaped(program)}`];
  await writeFile(script, [...file, ...initCommands, ''].join('\n'), { mode: 0o600, flag: 'wx' });
  const started = await session.start(
    prepared,
    commandOf(debuggerPath, script),
    terminal,
    announce,
  );
  const line = lineTo(started.process);
  return {
    ...line,
    command: 'attach',
    arguments: { pid },
    programOutput: null,
    stop: async (body, pausing, ask) => {
      // It stays where it was found.
      if (body.reason === 'attach') {
        await ask('continue', { threadId: body.threadId });
        return null;
      }
      return body.reason === 'signal' && !pausing ? signalled(body, ask) : body;
    },
    exitStatus,
    ownEvent: ({ event, body }) => {
      const told = event === 'output' ? v.safeParse(outputSchema, body) : null;
      if (told?.success === true) comment(told.output.output);
      return told?.success === true;
    },
  };
}

function commandOf(gdb: string, script: string): readonly string[] {
  return [gdb, '--quiet', '-iex', 'set host-charset UTF-8', '-x', script, '--interpreter=dap'];
}

/** @throws {LaunchRefused} where it is too old, or no gdb */
async function requireDap(gdb: string): Promise<void> {
  const version = await gdbVersion(gdb);
  if (Number.parseInt(version, 10) >= firstRelease) return;
  throw new LaunchRefused(
    'debugger',
    `gdb ${version} does not speak the Debug Adapter Protocol, which came with gdb ${String(firstRelease)}.`,
    'Set "debugger" to "gdb", which drives every release by its machine interface, or name a newer one as debuggerPath.',
  );
}

async function exitStatus(told: number | null, ask: Ask): Promise<number | null> {
  if (told === null) return null;
  // Of a program that a signal ended, it tells 0.
  const signal = await integer(ask, '$_exitsignal');
  return signal === null ? told : 128 + signal;
}

async function signalled(body: Stopped, ask: Ask): Promise<Stopped> {
  const number = await integer(ask, '$_siginfo.si_signo');
  const name = Object.entries(constants.signals).find(([, each]) => each === number)?.[0];
  return { ...body, reason: 'exception', ...(name === undefined ? {} : { text: name }) };
}

/** Null where the expression has no such value. */
async function integer(ask: Ask, expression: string): Promise<number | null> {
  const asked = { context: 'watch', expression };
  const told = await answered(resultSchema, ask, 'evaluate', asked).catch(() => null);
  const value = Number(told?.result);
  return Number.isInteger(value) ? value : null;
}

/** A file name as gdb's command line takes it. */
function escaped(path: string): string {
  return path.replaceAll(/[\s\\'"]/g, String.raw`\$&`);
}
