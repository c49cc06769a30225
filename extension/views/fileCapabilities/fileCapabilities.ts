import * as vscode from 'vscode';
import type { Failure } from '../../app/failure.ts';
import { remountCommand, type StorageHindrance } from '../../fixes/capabilityStorage.ts';
import type { Fix } from '../../fixes/fix.ts';
import { capabilityLoss } from '../../model/sighting.ts';
import { shellWords } from '../../report/shellWords.ts';
import type { FileIdentity } from '../../probe/programEvidence.ts';
import type { Checked, CheckState } from '../checkStore.ts';
import { buildElsewhere } from './buildElsewhere.ts';
import { commandLineVector } from '../commandLine.ts';
import { confirmCommands } from '../confirmation.ts';
import type { Core } from '../core.ts';
import { configuredElevation, elevate } from '../elevation.ts';
import { tellFailure, unexpected } from '../failure.ts';
import { neededOperation } from '../programs/neededOperation.ts';
import { tell, type Action } from '../notification.ts';
import type { RepairTools } from '../repairTools.ts';
import { runInTerminal } from '../tasks.ts';
import { requireTrust } from '../trust.ts';
import { useLauncher } from '../launcher/useLauncher.ts';

type FileCapabilityFix = Pick<Fix, 'title' | 'remark' | 'steps' | 'inverse' | 'effects'>;

const { l10n } = vscode;

/** The one click: checks, says beforehand where it cannot help, asks, runs, reads back. */
export async function changeFileCapabilities(
  tools: RepairTools,
  change: 'set' | 'remove',
): Promise<void> {
  if (!requireTrust()) return;
  const checked = await tools.store.check();
  if (checked.kind === 'failure') tellFailure(checked.failure, tools.log);
  if (checked.kind !== 'report') return;

  const core = await tools.core.get();
  const fix = core.fileCapabilityFix(checked, change);
  const { name, capability } = checked.model.program;
  const { file, capabilityStorage } = checked.report.system.program;
  const hindrance = core.storage.hindrance({ mount: file.mount, capabilityStorage });
  if (change === 'set' && hindrance !== null) {
    tellHindrance(tools, name, hindrance);
    return;
  }
  if (fix === null) {
    tellInVain(
      change === 'remove'
        ? l10n.t('{0} has no file capabilities.', name)
        : l10n.t(
            '{0} is not a program whose own file capabilities count, or what it needs takes none.',
            name,
          ),
    );
    return;
  }
  if (change === 'set') {
    const foretold = core.foretell(checked, fix);
    if (foretold.allowed && core.expected(fix) === capability) {
      tell('information', l10n.t('{0} has {1} already.', name, capability ?? ''));
      return;
    }
    if (!foretold.allowed) {
      const { because } = foretold;
      tellInVain(l10n.t('Setting file capabilities would not help {0}. {1}', name, because));
      return;
    }
  }
  await applyFileCapabilityFix(tools, checked, fix);
}

/**
 * Asks, makes sure that the file is the one that was checked, runs setcap(8), and reads back what came
 * of it: by the helper, and by getcap(8) as a second opinion.
 */
export async function applyFileCapabilityFix(
  tools: RepairTools,
  checked: Checked,
  fix: FileCapabilityFix,
): Promise<void> {
  const missing = await (await tools.core.get()).setcapMissing();
  if (missing !== null) {
    tellFailure(missing, tools.log, useLauncher);
    return;
  }
  const { path } = checked.report.system.program.file;
  const command = commandFor(fix, path);
  const held = l10n.t(
    'The file is held by a second name while it runs: whatever is put in its place meanwhile gets nothing.',
  );
  const remark = `${fix.remark}\n${held}`;
  if (!(await confirmCommands(`${fix.title}?`, [elevate(command)], remark))) return;
  tellChange(tools, await runFileCapabilityFix(tools, checked, fix));
}

/** What came of a fix that was run. */
export type FileCapabilityChange =
  | {
      readonly kind: 'made';
      readonly fix: FileCapabilityFix;
      readonly before: Checked;
      readonly after: Checked;
      /** Why getcap(8) has not read it too; null where it has. */
      readonly unconfirmed: Failure | null;
    }
  /** The file was replaced or written meanwhile, by a build as a rule: nothing was run, or it came to nothing. */
  | { readonly kind: 'overtaken'; readonly message: string }
  | { readonly kind: 'different'; readonly message: string };

/** The same, where it was agreed to before, and without a word. */
export async function runFileCapabilityFix(
  tools: RepairTools,
  checked: Checked,
  fix: FileCapabilityFix,
): Promise<FileCapabilityChange> {
  const { store, log } = tools;
  const { path } = checked.report.system.program.file;

  const core = await tools.core.get();
  const before = await core.readBack(path);
  if (!isUnchanged(before.identity, checked.identity)) {
    await store.check();
    return {
      kind: 'overtaken',
      message: l10n.t(
        '{0} was replaced or changed after it was checked, so nothing was run. Look at the new report, then try again.',
        path,
      ),
    };
  }

  const argv = setcapVector(tools.commandLine, commandFor(fix, path), checked.identity);
  log.info(`runs ${JSON.stringify(argv)}`);
  const status = await runInTerminal(fix.title, path, argv);
  log.info(`ended with ${status ?? 'no exit status'}`);
  const { difference, unconfirmed } = await lookAfter(core, checked, fix, status, log);
  const after = await store.check();
  if (difference !== null) {
    log.warn(difference);
    const kind = wasBuilt(checked, after) ? 'overtaken' : 'different';
    return { kind, message: difference };
  }
  return after.kind === 'report'
    ? { kind: 'made', fix, before: checked, after, unconfirmed }
    : { kind: 'overtaken', message: replacedMeanwhile(path) };
}

/** To hold the file changes its times as well, but not those of its contents. */
function wasBuilt({ report }: Checked, after: CheckState): boolean {
  if (after.kind !== 'report') return true;
  const loss = capabilityLoss(report.system.program.stamp, after.report.system.program.stamp);
  return loss?.way === 'replaced' || loss?.way === 'written';
}

function replacedMeanwhile(path: string): string {
  return l10n.t('{0} was replaced while its capabilities were being changed.', path);
}

/** Says what came of it, with what undoes it. */
export function tellChange(tools: RepairTools, change: FileCapabilityChange): void {
  switch (change.kind) {
    case 'made':
      tellSuccess(tools, change);
      return;
    case 'overtaken':
      tell('warning', change.message);
      return;
    case 'different':
      tell('error', change.message);
  }
}

/** The one command, which names the program last, by an absolute path: so it cannot be an option. */
function commandFor({ steps }: FileCapabilityFix, path: string): readonly string[] {
  const commands = steps.flatMap((step) => (step.kind === 'command' ? [step.argv] : []));
  const [command] = commands;
  if (commands.length !== 1 || command?.at(-1) !== path || !path.startsWith('/')) {
    throw new Error(`${JSON.stringify(commands)} is not one command on ${JSON.stringify(path)}`);
  }
  return command;
}

/** Has our command line run it on the file that was checked, which it holds. */
function setcapVector(
  commandLine: string,
  [, , ...words]: readonly string[],
  { device, inode, changed }: FileIdentity,
): readonly string[] {
  const [first = '', ...rest] = words;
  const [rootId = ''] = rest;
  const asked =
    first === '-r'
      ? ['--remove', '--', ...rest]
      : first === '-n'
        ? ['--root-id', rootId, '--', ...rest.slice(1)]
        : ['--', ...words];
  const expect = ['--expect', [device, inode, changed].join(':')];
  const elevation = ['--elevation', configuredElevation()];
  return commandLineVector(commandLine, ['setcap', ...elevation, ...expect, ...asked]);
}

interface Look {
  /** In what the file differs from what was wanted, in words; null where it does not. */
  readonly difference: string | null;
  /** Why there is no second opinion; null where there is one, or where none is asked for. */
  readonly unconfirmed: Failure | null;
}

async function lookAfter(
  core: Core,
  { report, identity }: Checked,
  fix: FileCapabilityFix,
  status: number | undefined,
  log: vscode.LogOutputChannel,
): Promise<Look> {
  const { path } = report.system.program.file;
  const none = l10n.t('no file capabilities');
  const after = await core.readBack(path);
  if (!isSameFile(after.identity, identity)) return different(replacedMeanwhile(path));
  const expected = core.expected(fix);
  if (expected !== undefined && after.capability !== expected) {
    return different(
      l10n.t(
        '{0} has {1}, not {2}: the command ended with exit status {3}.',
        path,
        after.capability ?? none,
        expected ?? none,
        status ?? l10n.t('unknown'),
      ),
    );
  }
  const opinion = await core.secondOpinion(path);
  if (opinion.kind === 'silent') {
    log.info(opinion.failure.message);
    return { difference: null, unconfirmed: opinion.failure };
  }
  log.info(`getcap says ${opinion.capability ?? 'nothing'}`);
  if (opinion.capability === after.capability) return { difference: null, unconfirmed: null };
  return different(
    l10n.t(
      'By the kernel {0} has {1}, by getcap {2}.',
      path,
      after.capability ?? none,
      opinion.capability ?? none,
    ),
  );
}

function different(difference: string): Look {
  return { difference, unconfirmed: null };
}

function tellSuccess(
  tools: RepairTools,
  { fix, before, after, unconfirmed }: Extract<FileCapabilityChange, { kind: 'made' }>,
): void {
  const { capability, name } = after.model.program;
  const has =
    capability === null
      ? l10n.t('{0} has no file capabilities now.', name)
      : l10n.t('{0} has {1} now.', name, capability);
  const [terminal] = after.model.paths;
  const headline =
    terminal === undefined ? '' : (neededOperation(terminal, after.needs)?.headline ?? '');
  const unseen = unconfirmed === null ? [] : [unconfirmed.message, unconfirmed.remedy];
  const text = [has, headline, ...unseen].filter((sentence) => sentence !== '').join(' ');
  if (!fix.inverse.some(({ kind }) => kind === 'command')) {
    tell('information', text);
    return;
  }
  const undo: FileCapabilityFix = {
    title: l10n.t('Undo: {0}', fix.title),
    remark: '',
    steps: fix.inverse,
    inverse: fix.steps,
    effects: [{ kind: 'program', capability: before.report.system.program.file.capability }],
  };
  tell('information', text, {
    title: l10n.t('Undo'),
    run: async () => {
      try {
        await applyFileCapabilityFix(tools, after, undo);
      } catch (error) {
        tellFailure(unexpected(error, tools.log), tools.log);
      }
    },
  });
}

/** Said beforehand, with what would help instead. */
function tellHindrance(tools: RepairTools, name: string, hindrance: StorageHindrance): void {
  const { mountPoint, fsType } = hindrance.mount;
  const because = {
    nosuid: l10n.t('{0} is mounted nosuid, so exec ignores them.', mountPoint),
    foreign: l10n.t('{0} belongs to another mount namespace, so exec ignores them.', mountPoint),
    'no-attributes': l10n.t('{0} ({1}) keeps none.', mountPoint, fsType),
  }[hindrance.why];
  const remount = remountCommand(hindrance);
  tell(
    'warning',
    l10n.t('Setting file capabilities would not help {0}. {1}', name, because),
    { title: l10n.t('Build Elsewhere…'), run: () => buildElsewhere(tools) },
    ...(remount === null
      ? []
      : [
          {
            title: l10n.t('Copy Remount Command'),
            run: async () => vscode.env.clipboard.writeText(shellWords(elevate(remount))),
          },
        ]),
    openReport,
  );
}

const openReport: Action = {
  title: l10n.t('Open Report'),
  run: async () => {
    await vscode.commands.executeCommand('capwright.openReport');
  },
};

function tellInVain(text: string): void {
  tell('warning', text, openReport);
}

function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device;
}

function isUnchanged(one: FileIdentity, other: FileIdentity): boolean {
  return isSameFile(one, other) && one.changed === other.changed;
}
