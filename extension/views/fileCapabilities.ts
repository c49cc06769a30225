import * as vscode from 'vscode';
import type { Fix } from '../fixes/fix.ts';
import type { FileIdentity } from '../probe/programEvidence.ts';
import { confirmCommands } from './confirmation.ts';
import type { Checked, CheckStore } from './checkStore.ts';
import { message } from './displayText.ts';
import { elevate } from './elevation.ts';
import { tellFailure } from './failure.ts';
import type { LazyCore } from './lazyCore.ts';
import { runInTerminal } from './tasks.ts';
import { requireTrust } from './trust.ts';

export interface FileCapabilityTools {
  readonly store: CheckStore;
  readonly core: LazyCore;
  readonly log: vscode.LogOutputChannel;
}

type FileCapabilityFix = Pick<Fix, 'title' | 'remark' | 'steps' | 'inverse' | 'effects'>;

const { l10n } = vscode;

/** The one click: checks, says beforehand where it cannot help, asks, runs, reads back. */
export async function changeFileCapabilities(
  tools: FileCapabilityTools,
  change: 'set' | 'remove',
): Promise<void> {
  if (!(await requireTrust())) return;
  const { store, core, log } = tools;
  const state = await store.check();
  if (state.kind === 'failure') return tellFailure(state.failure, log);
  if (state.kind !== 'report') return;

  const loaded = await core.get();
  const fix = loaded.fileCapabilityFix(state.report, change);
  const name = message(state.model.program.name);
  if (fix === null) {
    await offerOtherRepairs(
      change === 'remove'
        ? l10n.t('{0} has no file capabilities.', name)
        : l10n.t('{0} is not a program whose own file capabilities count.', name),
    );
    return;
  }
  if (change === 'set') {
    const now = state.model.paths[0]?.operations[0];
    if (loaded.expected(fix) === state.model.program.capability && now?.verdict === 'allowed') {
      const text = l10n.t('{0} has {1} already.', name, state.model.program.capability ?? '');
      await vscode.window.showInformationMessage(text);
      return;
    }
    const { allowed, because } = loaded.foretell(state.report, fix);
    if (!allowed) {
      await offerOtherRepairs(
        l10n.t('Setting file capabilities would not help {0}. {1}', name, message(because)),
      );
      return;
    }
  }
  await applyFileCapabilityFix(tools, state, fix);
}

/** Asks, makes sure that the file is the one that was checked, runs setcap(8) and reads back what came of it. */
export async function applyFileCapabilityFix(
  { store, core, log }: FileCapabilityTools,
  checked: Checked,
  fix: FileCapabilityFix,
): Promise<void> {
  const [command] = fix.steps.flatMap((step) => (step.kind === 'command' ? [step.argv] : []));
  const { path } = checked.report.system.program.file;
  if (command === undefined) return;
  // Paths come from realpath(3): a name that setcap could take for an option cannot be among them.
  if (!path.startsWith('/') || command.at(-1) !== path) {
    throw new Error(`${JSON.stringify(command)} does not end in the absolute path of the program`);
  }
  const argv = elevate(command);
  if (!(await confirmCommands(`${fix.title}?`, [argv], fix.remark))) return;

  const loaded = await core.get();
  const before = await loaded.readBack(path);
  if (!isUnchanged(before.identity, checked.identity)) {
    await store.check();
    await vscode.window.showWarningMessage(
      l10n.t(
        '{0} was replaced or changed after it was checked, so nothing was run. Look at the new report, then try again.',
        message(path),
      ),
    );
    return;
  }

  log.info(`runs ${JSON.stringify(argv)}`);
  const status = await runInTerminal(fix.title, path, argv);
  log.info(`ended with ${status ?? 'no exit status'}`);
  const difference = await verify();
  await store.check();
  if (difference !== null) {
    log.warn(difference);
    await vscode.window.showErrorMessage(message(difference));
    return;
  }
  await tellSuccess();

  async function verify(): Promise<string | null> {
    const expected = loaded.expected(fix);
    const after = await loaded.readBack(path);
    if (!isSameFile(after.identity, checked.identity)) {
      return l10n.t(
        '{0} was replaced while its capabilities were being changed. Check it again.',
        path,
      );
    }
    if (expected !== undefined && after.capability !== expected) {
      return l10n.t(
        '{0} has {1}, not {2}: the command ended with {3}.',
        path,
        after.capability ?? l10n.t('no file capabilities'),
        expected ?? l10n.t('none'),
        status ?? l10n.t('no exit status'),
      );
    }
    const opinion = await loaded.secondOpinion(path);
    if (opinion.kind === 'silent') {
      log.info(`no second opinion: ${opinion.why}`);
      return null;
    }
    log.info(`getcap says ${opinion.capability ?? 'nothing'}`);
    return opinion.capability === after.capability
      ? null
      : l10n.t(
          'The kernel says that {0} has {1}, getcap says {2}.',
          path,
          after.capability ?? l10n.t('no file capabilities'),
          opinion.capability ?? l10n.t('none'),
        );
  }

  async function tellSuccess(): Promise<void> {
    const { state } = store;
    if (state.kind !== 'report') return;
    const { capability, name } = state.model.program;
    const has =
      capability === null
        ? l10n.t('{0} has no file capabilities now.', name)
        : l10n.t('{0} has {1} now.', name, capability);
    const headline = state.model.paths[0]?.operations[0]?.headline ?? '';
    const undo = l10n.t('Undo');
    const canUndo = fix.inverse.length > 0 && fix.inverse.every(({ kind }) => kind === 'command');
    const answer = await vscode.window.showInformationMessage(
      message(`${has} ${headline}`),
      ...(canUndo ? [undo] : []),
    );
    if (answer !== undefined) await applyInverse();
  }

  async function applyInverse(): Promise<void> {
    const { state } = store;
    if (state.kind !== 'report') return;
    await applyFileCapabilityFix({ store, core, log }, state, {
      title: l10n.t('Undo: {0}', fix.title),
      remark: '',
      steps: fix.inverse,
      inverse: fix.steps,
      effects: [{ kind: 'program', capability: checked.report.system.program.file.capability }],
    });
  }
}

async function offerOtherRepairs(text: string): Promise<void> {
  const open = l10n.t('Open Report');
  if ((await vscode.window.showWarningMessage(text, open)) === open) {
    await vscode.commands.executeCommand('capwright.openReport');
  }
}

function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && one.device === other.device;
}

function isUnchanged(one: FileIdentity, other: FileIdentity): boolean {
  return isSameFile(one, other) && one.changed === other.changed;
}
