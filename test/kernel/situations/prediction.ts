import * as v from 'valibot';
import { checkReport } from '../../../extension/protocol/answers/check.ts';
import { run, type Ran } from '../world/command.ts';
import type { Bench } from './bench.ts';
import type { Launcher } from './launchers.ts';
import { allowed, refused, stageOf, type Observation } from './observation.ts';
import type { LaunchPath } from './starts.ts';

/** What `capwright check` answers about one launch path. */
export type Prediction =
  | { readonly kind: 'verdict'; readonly observation: Observation; readonly fixes: readonly Fix[] }
  | { readonly kind: 'unknown'; readonly unseen: readonly string[] }
  /** The question was not taken (exit status 2). */
  | { readonly kind: 'refused'; readonly message: string };

export interface Question {
  readonly program: string;
  /** The device that the program names. */
  readonly device: string | undefined;
  readonly tap: boolean;
  readonly path: LaunchPath;
  /** The process that starts the program; null where it is the one that asks. */
  readonly pid: number | null;
}

export type Fix = Report['findings'][number]['fixes'][number];
type Report = v.InferOutput<typeof checkReport>;

/** Asks the command line, at the vantage of a launcher. */
export async function predict(
  bench: Bench,
  asker: Launcher,
  { program, device, tap, path, pid }: Question,
): Promise<Prediction> {
  const { world } = bench;
  const ran = await run([
    ...[...(await asker(bench)), world.reach(process.execPath), world.reach(commandLine)],
    ...['check', '--json', '--operation', device === undefined ? 'tun.create' : 'tun.attach'],
    ...(device === undefined ? [] : [`--tun-device=${device}`]),
    ...(tap ? ['--tap'] : []),
    ...(pid === null ? [] : [`--pid=${pid}`]),
    ...['--', program],
  ]);
  if (ran.code === exitStatus.usage) return { kind: 'refused', message: ran.stderr };
  return predictionOf(readReport(ran), path);
}

const commandLine = new URL('../../../dist/cli.mjs', import.meta.url).pathname;
const exitStatus = { allowed: 0, denied: 1, usage: 2, unknown: 3 } as const;

/** What `capwright check --json` prints. */
export function parseReport(text: string): Report {
  return v.parse(checkReport, JSON.parse(text));
}

function readReport(ran: Ran): Report {
  const { code, stdout, stderr } = ran;
  if (stderr !== '') throw new Error(`The command line complains: ${stderr}`);

  const answer = parseReport(stdout);
  const verdicts = answer.paths.flatMap((each) => each.verdicts.map((one) => one.verdict));
  const expected =
    (['denied', 'unknown'] as const).find((each) => verdicts.includes(each)) ?? 'allowed';
  if (code !== exitStatus[expected]) {
    throw new Error(`Something is ${expected}, and the command line exits with ${code}.`);
  }
  return answer;
}

function predictionOf({ paths, findings }: Report, path: LaunchPath): Prediction {
  const found = paths.find((each) => each.path === path)?.verdicts[0];
  switch (found?.verdict) {
    case undefined:
      throw new Error(`The command line says nothing about the launch path ${path}.`);
    case 'unknown':
      return { kind: 'unknown', unseen: found.unseen };
    case 'allowed':
      return { kind: 'verdict', observation: allowed, fixes: [] };
    case 'denied': {
      const fixes = findings
        .filter(({ subject }) => subject.launchPaths.includes(path))
        .flatMap((finding) => finding.fixes);
      return {
        kind: 'verdict',
        observation: refused(stageOf(found.call), found.errno),
        fixes,
      };
    }
  }
}
