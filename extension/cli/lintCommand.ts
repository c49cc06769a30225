import { lintUnits } from '../app/unit/lint.ts';
import { isSystemdRelease } from '../model/unit/systemdRelease.ts';
import { lintJson } from '../report/lint/lintJson.ts';
import { lintSarif, type SarifRun } from '../report/lint/lintSarif.ts';
import { isLinted, type LintedUnit } from '../report/lint/lintReport.ts';
import { lintText } from '../report/lint/lintText.ts';
import type { TextStyle } from '../report/text.ts';
import { withHost } from './commandHost.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import { optionValues } from './optionValues.ts';
import { tellFailure, type Output } from './output.ts';
import { packageVersion } from './packageVersion.ts';
import { UsageError } from './usage.ts';

/** `capwright lint <unit or directory>…`. */
export async function runLint(
  args: readonly string[],
  output: Output,
  style: TextStyle,
): Promise<ExitStatus> {
  const { values, positionals } = parse(args);
  if (positionals.length === 0) throw new UsageError('lint takes one unit or directory, or more');
  const { user = false, systemd, root = '/', json = false, sarif = false } = values;
  if ([...positionals, root].includes('')) throw new UsageError('lint takes no empty name');
  if (json && sarif) throw new UsageError('lint answers in one form: --json or --sarif');
  const outcome = await withHost((host) =>
    lintUnits(host, {
      units: positionals,
      scope: user ? 'user' : null,
      version: systemd === undefined ? null : versionOf(systemd),
      root,
      looks: true,
    }),
  );
  if (outcome.kind === 'failure') return tellFailure(output, outcome.failure, json);
  const { version, units } = outcome;
  const status = statusOf(units);
  if (json) output.answer(`${JSON.stringify(lintJson(version, units))}\n`);
  else if (sarif) output.answer(`${JSON.stringify(lintSarif(runOf(version, status), units))}\n`);
  else output.answer(lintText(units, style));
  return status;
}

function runOf(systemd: number, status: ExitStatus): SarifRun {
  return { version: packageVersion(), systemd, base: process.cwd(), exitStatus: status };
}

/** A start that fails is a finding; what cannot be told outweighs that all else is right. */
function statusOf(units: readonly LintedUnit[]): ExitStatus {
  const judged = units.filter((unit) => unit.kind === 'judged');
  const starts = judged.flatMap(({ judged: { judgement } }) =>
    judgement.commands.map(({ start }) => start),
  );
  const refused = judged.some(({ judged: { judgement } }) => judgement.refusal !== null);
  const failing = refused || starts.some((start) => !['ok', 'skipped', 'unknown'].includes(start));
  const found = units.filter(isLinted).some(({ findings }) => findings.length > 0);
  if (failing || found) return exitStatus.denied;
  const unread = units.some(({ kind }) => kind === 'unread');
  return unread || starts.includes('unknown') ? exitStatus.undetermined : exitStatus.ok;
}

function parse(args: readonly string[]) {
  return optionValues(args, {
    allowPositionals: true,
    options: {
      user: { type: 'boolean' },
      systemd: { type: 'string' },
      root: { type: 'string' },
      json: { type: 'boolean' },
      sarif: { type: 'boolean' },
    },
  });
}

function versionOf(text: string): number {
  const version = /^\d{3}$/.test(text) ? Number(text) : null;
  if (isSystemdRelease(version)) return version;
  throw new UsageError(
    `--systemd takes a release of systemd from 245 on, such as 257, not ${JSON.stringify(text)}`,
  );
}
