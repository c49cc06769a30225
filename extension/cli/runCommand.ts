import { elevates, planRun } from '../app/launcher/run.ts';
import { emptySet } from '../model/capabilitySet.ts';
import { shellWords } from '../report/shellWords.ts';
import { becomeProgram } from './becomeProgram.ts';
import { withHost } from './commandHost.ts';
import { tellFailure, type Output } from './output.ts';
import { runConnected } from './outsideNetwork.ts';
import { parseRunOptions } from './runOptions.ts';
import { UsageError } from './usage.ts';

/** `capwright run`: the exit status is the program's, unless nothing was run. */
export async function runRun(args: readonly string[], output: Output): Promise<number> {
  const { request, outside, dryRun, json } = parseRunOptions('run', args);
  if (json) throw new UsageError('run has no --json: its output is the program’s');
  if (request.capabilities === emptySet && !request.sandbox) {
    throw new UsageError('run takes --caps, --sandbox or both');
  }
  if (outside && !request.sandbox) throw new UsageError('--outside belongs to --sandbox');
  const chosen = await withHost((host) => planRun(host, { ...request, options: [] }));
  if (chosen.kind === 'failure') return tellFailure(output, chosen.failure, false);
  const { argv, way: chosenWay } = chosen;
  if (dryRun) {
    output.answer(`${shellWords(argv)}\n`);
    return 0;
  }
  if (elevates(chosenWay))
    output.problem(`capwright: runs as root, which becomes you again:\n  ${shellWords(argv)}\n`);
  if (outside) return runConnected(argv.slice(0, argv.indexOf('--') + 1), request.command);
  return becomeProgram(argv);
}
