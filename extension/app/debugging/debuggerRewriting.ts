import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { rewriteConfiguration } from '../../fixes/debugger/rewriteConfiguration.ts';
import type { DebugConfiguration } from '../../fixes/debugger/rewriting.ts';
import type { Host } from '../../probe/host.ts';
import type { DebugWay } from '../../protocol/debug.ts';
import { describeRewritingRefusal } from '../../report/rewritingText.ts';
import type { DebugRemedy } from './debugRemedy.ts';
import { writeWrapper } from './debuggerWrapper.ts';
import { runWayOf } from './debugWay.ts';
import type { Failure } from '../failure.ts';
import { elevates, planRun } from '../launcher/run.ts';

export interface RewritingRequest {
  /** Of another extension: variables substituted, its defaults filled in. */
  readonly configuration: DebugConfiguration;
  readonly capabilities: CapabilitySet;
  readonly way: DebugWay;
  /** A private folder, in which the wrappers of each session get one of their own. */
  readonly folder: string;
  /** The launcher that came with Capwright. */
  readonly launcher: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of what root is about to run, before anything is. */
  readonly announce: (argv: readonly string[]) => void;
}

export type RewrittenDebugger =
  | {
      readonly kind: 'rewritten';
      readonly configuration: DebugConfiguration;
      /** What is before the program's own words where root runs it first; otherwise null. */
      readonly elevation: readonly string[] | null;
    }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly remedy: DebugRemedy | null };

/**
 * Makes a configuration of another extension's debugger one whose debugger, or the least part of it that does,
 * holds the capabilities. sudo is a way only where the configuration names it and it asks for no password, which
 * nobody could type.
 */
export async function rewriteDebugger(
  host: Host,
  request: RewritingRequest,
): Promise<RewrittenDebugger> {
  const { capabilities, way, launcher, environment } = request;
  const plan = await planRun(host, {
    command: [],
    capabilities,
    sandbox: way === 'sandbox',
    via: runWayOf[way],
    variables: [],
    options: [],
    launcher,
    directory: '/',
    environment,
  });
  const remedy: DebugRemedy = { kind: 'install-launcher', capabilities: names(capabilities) };
  if (plan.kind === 'failure') return { ...plan, remedy };
  const isElevated = elevates(plan.way);
  // Nobody is asked here: whoever has written "sudo" has agreed to it.
  if (isElevated && way !== 'sudo') {
    const list = names(capabilities).join(', ');
    const message = `No launcher that gives ${list} is installed for you.`;
    return failed(message, 'Install the launcher, or set "with" to "sudo" or "sandbox".', remedy);
  }
  const words = isElevated ? withoutPassword(plan.argv) : plan.argv;
  const folder = await mkdtemp(join(request.folder, 'session-'));
  const launching = { words, folder, elevates: isElevated };
  const rewriting = rewriteConfiguration(request.configuration, launching);
  if (rewriting.kind === 'refused') {
    const { refusal } = rewriting;
    const offered = refusal.rule === 'debugger-under-sudo' ? remedy : null;
    return failed(describeRewritingRefusal(refusal), '', offered);
  }
  if (isElevated) request.announce(words);
  if (isElevated && !(await starts(words))) {
    const message = 'sudo would ask for a password, which another extension’s debugger cannot.';
    return failed(message, 'Install the launcher.', remedy);
  }
  for (const wrapper of rewriting.wrappers) {
    const missing = await writeWrapper(wrapper, environment);
    if (missing !== null) {
      return failed(`There is no ${missing} along PATH.`, 'Install it, or name it.', null);
    }
  }
  const elevation = isElevated ? words : null;
  return { kind: 'rewritten', configuration: rewriting.configuration, elevation };
}

/** sudo(8), -n: it fails where it would have to ask. */
function withoutPassword([sudo = '', ...rest]: readonly string[]): readonly string[] {
  return [sudo, '-n', ...rest];
}

/** Whether a program is started by these words; tried with one that does nothing. */
async function starts([file = '', ...args]: readonly string[]): Promise<boolean> {
  const tried = await execa(file, [...args, 'true'], { reject: false, stdin: 'ignore' });
  return tried.exitCode === 0;
}

function failed(message: string, remedy: string, offered: DebugRemedy | null): RewrittenDebugger {
  return { kind: 'failure', failure: { blame: 'user', message, remedy }, remedy: offered };
}
