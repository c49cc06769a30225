import * as vscode from 'vscode';
import type { Fix } from '../fixes/fix.ts';
import type { FileIdentity } from '../probe/programEvidence.ts';
import type { Checked, CheckStore } from './checkStore.ts';
import { confirmCommands } from './confirmation.ts';
import type { Core } from './core.ts';
import { elevate } from './elevation.ts';
import { tellFailure, unexpected } from './failure.ts';
import type { LazyCore } from './lazyCore.ts';
import { tell } from './notification.ts';
import { runInTerminal } from './tasks.ts';
import { requireTrust } from './trust.ts';

export interface RepairTools {
  readonly store: CheckStore;
  readonly core: LazyCore;
  readonly log: vscode.LogOutputChannel;
}

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
  const fix = core.fileCapabilityFix(checked.report, change);
  const { name, capability } = checked.model.program;
  if (fix === null) {
    tellInVain(
      change === 'remove'
        ? l10n.t('{0} has no file capabilities.', name)
        : l10n.t('{0} is not a program whose own file capabilities count.', name),
    );
    return;
  }
  if (change === 'set') {
    const foretold = core.foretell(checked.report, fix);
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
  const { store, log } = tools;
  const { path } = checked.report.system.program.file;
  const argv = elevate(commandFor(fix, path));
  if (!(await confirmCommands(`${fix.title}?`, [argv], fix.remark))) return;

  const core = await tools.core.get();
  const before = await core.readBack(path);
  if (!isUnchanged(before.identity, checked.identity)) {
    await store.check();
    tell(
      'warning',
      l10n.t(
        '{0} was replaced or changed after it was checked, so nothing was run. Look at the new report, then try again.',
        path,
      ),
    );
    return;
  }

  log.info(`runs ${JSON.stringify(argv)}`);
  const status = await runInTerminal(fix.title, path, argv);
  log.info(`ended with ${status ?? 'no exit status'}`);
  const difference = await differenceAfter(core, checked, fix, status, log);
  const after = await store.check();
  if (difference !== null) {
    log.warn(difference);
    tell('error', difference);
  } else if (after.kind === 'report') {
    tellSuccess(tools, checked, after, fix);
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

/** In what the file differs from what was wanted, in words; null where it does not. */
async function differenceAfter(
  core: Core,
  { report, identity }: Checked,
  fix: FileCapabilityFix,
  status: number | undefined,
  log: vscode.LogOutputChannel,
): Promise<string | null> {
  const { path } = report.system.program.file;
  const none = l10n.t('no file capabilities');
  const after = await core.readBack(path);
  if (!isSameFile(after.identity, identity)) {
    return l10n.t('{0} was replaced while its capabilities were being changed.', path);
  }
  const expected = core.expected(fix);
  if (expected !== undefined && after.capability !== expected) {
    return l10n.t(
      '{0} has {1}, not {2}: the command ended with exit status {3}.',
      path,
      after.capability ?? none,
      expected ?? none,
      status ?? l10n.t('unknown'),
    );
  }
  const opinion = await core.secondOpinion(path);
  if (opinion.kind === 'silent') {
    log.info(`no second opinion: ${opinion.why}`);
    return null;
  }
  log.info(`getcap says ${opinion.capability ?? 'nothing'}`);
  return opinion.capability === after.capability
    ? null
    : l10n.t(
        'By the kernel {0} has {1}, by getcap {2}.',
        path,
        after.capability ?? none,
        opinion.capability ?? none,
      );
}

function tellSuccess(
  tools: RepairTools,
  before: Checked,
  after: Checked,
  fix: FileCapabilityFix,
): void {
  const { capability, name } = after.model.program;
  const has =
    capability === null
      ? l10n.t('{0} has no file capabilities now.', name)
      : l10n.t('{0} has {1} now.', name, capability);
  const headline = after.model.paths[0]?.operations[0]?.headline ?? '';
  const text = `${has} ${headline}`;
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

function tellInVain(text: string): void {
  tell('warning', text, {
    title: l10n.t('Open Report'),
    run: async () => {
      await vscode.commands.executeCommand('capwright.openReport');
    },
  });
}

function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device;
}

function isUnchanged(one: FileIdentity, other: FileIdentity): boolean {
  return isSameFile(one, other) && one.changed === other.changed;
}
