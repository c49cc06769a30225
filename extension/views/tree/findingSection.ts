import * as vscode from 'vscode';
import type { Fix } from '../../fixes/fix.ts';
import { isRunnable } from '../../report/runnable.ts';
import type { Finding } from '../../rules/finding.ts';
import type { Checked, CheckStore } from '../checkStore.ts';
import { themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

/** The findings on the selected program about what it needs; those about other operations are in the report. */
export function findingSection(store: CheckStore): TreeSection {
  return {
    onDidChange: store.onDidChange,
    rows: () => (store.state.kind === 'report' ? findingRows(store.state) : []),
  };
}

function findingRows({ report, rules, model, needs }: Checked): readonly TreeRow[] {
  const helpful = new Set(
    model.paths
      .flatMap(({ operations }) => operations)
      .filter(({ operation }) => needs.operations.includes(operation))
      .flatMap(({ repairs }) => repairs)
      .map(({ title }) => title),
  );
  const children = report.findings.flatMap((finding, index) =>
    finding.subject.operations.some((each) => needs.operations.includes(each))
      ? [findingRow(finding, index, helpful, rules.find(({ id }) => id === finding.rule)?.summary)]
      : [],
  );
  const label = vscode.l10n.t('Findings');
  return children.length === 0 ? [] : [{ id: 'findings', label, children, open: true }];
}

function findingRow(
  { rule, message, severity, fixes }: Finding,
  finding: number,
  helpful: ReadonlySet<string>,
  summary = rule,
): TreeRow {
  return {
    id: `finding ${finding}`,
    label: summary,
    tooltip: message,
    spoken: `${severity}: ${summary}. ${message}`,
    icon: themeIcon({ error: 'error', warning: 'warning', information: 'info' }[severity]),
    context: 'finding',
    rule,
    open: severity === 'error',
    children: fixes.flatMap((fix, index) =>
      helpful.has(fix.title) ? [fixRow(fix, finding, index)] : [],
    ),
  };
}

function fixRow(fix: Fix, finding: number, index: number): TreeRow {
  return {
    id: `finding ${finding} fix ${index}`,
    label: fix.title,
    description: fix.remark,
    tooltip: [fix.title, fix.remark, ...codeOf(fix)].join('\n'),
    icon: themeIcon('lightbulb'),
    context: isRunnable(fix) ? 'fix' : 'template',
    fix: { finding, index },
    children: [],
  };
}

function codeOf({ steps }: Fix): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'code' ? ['', step.text] : []));
}
