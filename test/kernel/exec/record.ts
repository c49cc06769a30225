import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Judged } from './differential.ts';
import { hasUnknownBits } from './attribute.ts';
import type { IdMap } from './stage.ts';
import type {
  PredictNamespace,
  PredictProgram,
  Scenario,
} from '../../../extension/protocol/predict.ts';

type Caller = Scenario['caller'];

const folder = join(import.meta.dirname, '../../fixtures/vectors');

/**
 * Writes what this kernel did as vectors by which any machine can judge the model. Of the scenarios
 * it keeps those in which two rules or circumstances meet that have not met before: about 1000
 * of 16,000. Resolves to a line that says what was written.
 */
export async function recordVectors(judged: readonly Judged[]): Promise<string> {
  const kept = chooseVectors(judged);
  const kernel = kept[0]?.scenario.kernel;
  if (kernel === undefined) throw new Error('no scenario, nothing to record');
  const file = join(folder, `exec-${kernel}.jsonl`);
  await mkdir(folder, { recursive: true });
  const lines = kept.map(({ scenario, kernel: outcome }) => JSON.stringify({ scenario, outcome }));
  await writeFile(file, `${lines.join('\n')}\n`);
  return `${kept.length} of ${judged.length} scenarios in ${file}`;
}

/**
 * The simplest scenarios first: of two that show the same, the one that is easier to read stays.
 * The same scenarios give the same vectors, in whatever order they were judged.
 */
function chooseVectors(judged: readonly Judged[]): readonly Judged[] {
  const seen = new Set<string>();
  return judged
    .map((each) => ({ each, text: JSON.stringify(each.scenario) }))
    .sort((a, b) => difficulty(a) - difficulty(b) || (a.text < b.text ? -1 : 1))
    .map(({ each }) => each)
    .filter((each) => {
      const before = seen.size;
      for (const meeting of meetings(each)) seen.add(meeting);
      return seen.size > before;
    });
}

function meetings(judged: Judged): readonly string[] {
  const features = featuresOf(judged);
  const pairs = features.flatMap((one, index) =>
    features.slice(index).map((other) => `${one} & ${other}`),
  );
  return [...pairs, accessOf(judged)];
}

function featuresOf({ scenario, kernel, model }: Judged): readonly string[] {
  const { caller } = scenario;
  const chain = fileChain(scenario.program);
  const capability = chain.at(-1)?.capability ?? '';
  const features = {
    exec: kernel.exec,
    root: [caller.uid[0] === 0, caller.uid[1] === 0],
    tracer: tracerOf(caller.tracer),
    level: Math.min(levelOf(caller.userNamespace), 2),
    superblock: superblockOf(chain.at(-1)),
    idmapped: chain.at(-1)?.mount.idmap !== undefined,
    entry: chain.find(({ binfmt }) => binfmt !== undefined)?.binfmt?.at(-1),
    noNewPrivs: caller.noNewPrivs,
    sharesFs: caller.sharesFs,
    files: Math.min(chain.length, 3),
    magic: capability.slice(0, 10),
    unknownBits: hasUnknownBits(capability),
    ...('dumpable' in kernel
      ? {
          secureExec: kernel.secureExec,
          dumpable: kernel.dumpable,
          none: kernel.permitted === '0x0',
        }
      : {}),
  };
  const circumstances = Object.entries(features).map(([name, value]) => `${name} ${String(value)}`);
  const rules = model.reasons.map(({ rule, cause }) => `${rule} ${String(cause)}`);
  return [...new Set([...circumstances, ...rules])].sort();
}

function tracerOf(tracer: Caller['tracer']): string {
  return tracer === null || 'sysPtrace' in tracer ? 'none' : tracer.request;
}

function levelOf(namespace: PredictNamespace | null | undefined): number {
  return namespace === null || namespace === undefined ? 0 : 1 + levelOf(namespace.parent);
}

function superblockOf(file: PredictProgram | undefined): string {
  const superblock = file?.mount.superblock ?? 0;
  if (superblock === 0) return 'initial';
  return typeof superblock === 'number' ? 'above' : 'another';
}

/** Everything that decides whether the file can be executed and read: more than two at a time. */
function accessOf({ scenario, kernel }: Judged): string {
  const { effective, userNamespace } = scenario.caller;
  const last = fileChain(scenario.program).at(-1);
  const mode = last?.mode ?? 0;
  const permissions = [0o111, 0o444].map((bits) => [(mode & bits) === 0, (mode & bits) === bits]);
  const overrides = Number(BigInt(effective) & 6n);
  const mapped = [
    isMapped(userNamespace?.uidMap, last?.uid),
    isMapped(userNamespace?.gidMap, last?.gid),
  ];
  const dumpable = 'dumpable' in kernel && kernel.dumpable;
  return JSON.stringify([permissions, overrides, mapped, kernel.exec === 'EACCES', dumpable]);
}

function isMapped(map: IdMap | undefined, id = 0): boolean {
  if (map === undefined) return true;
  return map.some(([, outside, count]) => id >= outside && id < outside + count);
}

function difficulty({ each, text }: { readonly each: Judged; readonly text: string }): number {
  return text.length + 1000 * fileChain(each.scenario.program).length;
}

/** The program and its interpreters, in the order in which the kernel opens them. */
function fileChain(program: PredictProgram): readonly PredictProgram[] {
  return program.interpreter === null ? [program] : [program, ...fileChain(program.interpreter)];
}
