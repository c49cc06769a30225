import { rewriteConfiguration } from '../../fixes/debugger/rewriteConfiguration.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import { describeRewritingRefusal } from '../../report/rewritingText.ts';
import { asAmbientBase } from './ambientBase.ts';
import { debugLoss, type DebugLoss } from './debugLoss.ts';
import { launchConfigurationsIn, type TextSpan } from '../programs/launchConfigurations.ts';
import { programStartedBy } from '../programs/launchPrograms.ts';
import type { Variables } from '../programs/variables.ts';

/** A launch configuration whose debugger costs its program what its file grants. */
export interface LaunchLoss {
  /** The path of the program, or of what interprets it. */
  readonly program: string;
  /** The key that names it, or would. */
  readonly key: string;
  readonly loss: DebugLoss;
  /** The configuration. */
  readonly place: TextSpan;
  /** What in it names the program, or else its type. */
  readonly cause: TextSpan;
  /** What in its place has debugger and program hold them as ambient ones; null for an interpreter that would shed them. */
  readonly replacement: string | null;
  /** Why nothing in its place would; null where something does. */
  readonly hindrance: string | null;
}

/** Those of a text: of launch.json, or of a workspace file. Those of Capwright itself say what they want. */
export async function launchLosses(
  host: Host,
  sightings: Sightings,
  text: string,
  variables: Variables,
): Promise<readonly LaunchLoss[]> {
  const found = launchConfigurationsIn(text).map(async (written) => {
    const { keys, place, placeOf } = written;
    // Only what a rewriting asks for is looked at; the launcher is not part of the question.
    const rewriting = rewriteConfiguration(keys, { words: [], folder: '/', elevates: false });
    const refusal = rewriting.kind === 'refused' ? rewriting.refusal : null;
    if (refusal?.rule === 'debugger-unknown') return [];
    const started = await programStartedBy(host, keys, variables);
    if (started === null) return [];
    const { key, interprets } = started;
    const program = started.candidate.path;
    const loss = await debugLoss(host, sightings, program, interprets ? key : null);
    if (loss === null) return [];
    const cause = placeOf(key) ?? placeOf('type') ?? place;
    const cleared = loss.kind === 'carried';
    const hindrance = refusal === null ? null : describeRewritingRefusal(refusal);
    const replacement =
      refusal === null && !cleared ? asAmbientBase(text, place, loss.granted) : null;
    return [{ program, key, loss, place, cause, replacement, hindrance }];
  });
  return (await Promise.all(found)).flat();
}
