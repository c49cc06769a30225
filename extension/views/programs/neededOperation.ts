import * as vscode from 'vscode';
import type { ProgramNeeds } from '../../app/programs/programNeeds.ts';
import type { PanelModel, PanelOperation, PanelPath } from '../../report/panelModel.ts';

const { l10n } = vscode;

/** Of what the program needs, that which fares worst on a launch path: a program that misses one thing fails. */
export function neededOperation(
  { operations }: PanelPath,
  needs: ProgramNeeds,
): PanelOperation | undefined {
  const needed = operations.filter(({ operation }) => needs.operations.includes(operation));
  const first = (verdict: PanelOperation['verdict']): PanelOperation | undefined =>
    needed.find((each) => each.verdict === verdict);
  return first('denied') ?? first('unknown') ?? needed[0];
}

/** `Opening a raw socket, by launch configuration “probe”`. */
export function needsWords({ paths: [path] }: PanelModel, needs: ProgramNeeds): string {
  const titles = (path?.operations ?? [])
    .filter(({ operation }) => needs.operations.includes(operation))
    .map(({ title }) => title);
  return [...titles, sourceText(needs)].join(', ');
}

function sourceText({ source, name }: ProgramNeeds): string {
  switch (source) {
    case 'setting':
      return l10n.t('by the settings');
    case 'launch':
      return l10n.t('by launch configuration “{0}”', name);
    case 'unit':
      return l10n.t('by {0}', name);
    case 'file':
      return l10n.t('by its file capabilities');
    case 'lost':
      return l10n.t('by the file capabilities that it had');
    case 'message':
      return l10n.t('by its message');
    case 'usual':
      return l10n.t('as long as nothing says otherwise');
  }
}
