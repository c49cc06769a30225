import { resolve } from 'node:path';
import { known, unknown, type Evidence } from '../../model/evidence.ts';
import type { Host } from '../../probe/host.ts';
import { collectInstances } from '../../probe/instanceEvidence.ts';
import { collectProgram } from '../../probe/programEvidence.ts';
import type { Sightings } from '../../probe/sightings.ts';
import { instanceView, type InstanceView } from '../../report/instanceView.ts';
import { programView, type ProgramView } from '../../report/programView.ts';
import { programFailure } from '../check.ts';
import type { Failure } from '../failure.ts';
import { openView } from '../surroundings.ts';

/** A program, and what is looked for among the processes. */
export interface DescribedProgram {
  readonly path: string;
  /** What the program interprets, where it is only about that. */
  readonly scripts: readonly string[];
}

export type ProgramDescription =
  | { readonly kind: 'program'; readonly view: ProgramView }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What a program carries, without judging it. */
export async function describeProgram(
  host: Host,
  sightings: Sightings,
  path: string,
): Promise<ProgramDescription> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const [collected, own] = await Promise.all([
    collectProgram(host, opened.view, sightings, path, resolve(path)),
    host.request({ kind: 'process', pid: 'self' }),
  ]);
  if (collected.kind === 'problem') {
    return { kind: 'failure', failure: programFailure(path, collected.problem) };
  }
  const [main] = own.ok ? own.result.threads : [];
  const user = main === undefined ? null : opened.view.uid(main.uid[0]);
  return { kind: 'program', view: programView(collected.program, user) };
}

/** The processes that run a program now. */
export async function findInstances(
  host: Host,
  { path, scripts }: DescribedProgram,
): Promise<Evidence<readonly InstanceView[]>> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return unknown(opened.failure.message, '/proc');
  const found = await collectInstances(host, opened.view, path, scripts);
  return found.kind === 'known' ? known(found.value.map(instanceView), found.source) : found;
}
