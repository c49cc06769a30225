import * as vscode from 'vscode';
import type { LauncherChoice } from '../../app/surroundings.ts';
import type { FactView, ProcessView } from '../../report/sessionView.ts';
import { chooseLauncher } from '../chooseLauncher.ts';
import type { LazyCore } from '../lazyCore.ts';
import { polled } from './polled.ts';
import { themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

/** The processes of this session that start programs: the shell that is looked at, and the extension host. */
export function sessionSection(core: LazyCore): TreeSection {
  const session = polled(async () => {
    const [{ kernel }, launcher] = await Promise.all([core.get(), chooseLauncher()]);
    const host: LauncherChoice = { kind: 'self', process: 'extension-host' };
    return kernel.session(launcher.kind === 'self' ? [host] : [launcher, host]);
  });
  return {
    onDidChange: session.onDidChange,
    rows: async () => {
      const found = await session.now();
      return 'message' in found
        ? [{ id: 'failure', label: found.message, icon: themeIcon('warning'), children: [] }]
        : found.map(processRow);
    },
    setVisible: session.setVisible,
    dispose: session.dispose,
  };
}

function processRow({ name, pid, facts }: ProcessView): TreeRow {
  const notable = facts
    .filter((fact) => fact.notable)
    .map(({ label, value }) => `${label}: ${value}`);
  const description = pid === null ? '' : vscode.l10n.t('pid {0}', pid);
  const spoken = [name, description, ...notable].join(', ');
  return {
    id: `process ${String(pid)}`,
    label: name,
    description,
    tooltip: [name, ...notable].join('\n'),
    spoken,
    icon: themeIcon(pid === process.pid ? 'extensions' : 'terminal'),
    open: true,
    children: facts.map((fact) => factRow(fact, pid)),
  };
}

function factRow({ id, label, value, meaning, notable }: FactView, pid: number | null): TreeRow {
  return {
    id: `process ${String(pid)} ${id}`,
    label,
    description: value,
    tooltip: `${label}: ${value}\n${meaning}`,
    spoken: `${label}: ${value}. ${meaning}`,
    icon: notable ? themeIcon('warning', 'list.warningForeground') : themeIcon('circle-small'),
    children: [],
  };
}
