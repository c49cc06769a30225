import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
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
}

export type RewrittenDebugger =
  | { readonly kind: 'rewritten'; readonly configuration: DebugConfiguration }
  | { readonly kind: 'failure'; readonly failure: Failure; readonly remedy: DebugRemedy | null };

/**
 * Makes a configuration of another extension's debugger one whose debugger, or the least part of it that does,
 * holds the capabilities. sudo is no way: nobody could type a password, and the debugger could not stop it.
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
  if (elevates(plan.way)) {
    const list = names(capabilities).join(', ');
    const message = `No launcher that gives ${list} is installed for you, and another extension’s debugger cannot ask for a password.`;
    return failed(message, 'Install the launcher.', remedy);
  }

  const folder = await mkdtemp(join(request.folder, 'session-'));
  const rewriting = rewriteConfiguration(request.configuration, { words: plan.argv, folder });
  if (rewriting.kind === 'refused') {
    return failed(describeRewritingRefusal(rewriting.refusal), '', null);
  }
  for (const wrapper of rewriting.wrappers) {
    const missing = await writeWrapper(wrapper, environment);
    if (missing !== null) {
      return failed(`There is no ${missing} along PATH.`, 'Install it, or name it.', null);
    }
  }
  return { kind: 'rewritten', configuration: rewriting.configuration };
}

function failed(message: string, remedy: string, offered: DebugRemedy | null): RewrittenDebugger {
  return { kind: 'failure', failure: { blame: 'user', message, remedy }, remedy: offered };
}
