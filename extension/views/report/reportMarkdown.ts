import * as vscode from 'vscode';
import type { PanelModel, PanelStep } from '../../report/panelModel.ts';

const { l10n } = vscode;

/** The report for pasting into an issue or a chat: what the program needs first meets on every launch path. */
export function reportMarkdown({ program, vantage, notes, paths }: PanelModel): string {
  const rows = paths.flatMap(({ title, operations: [operation] }) =>
    operation === undefined ? [] : [`| ${title} | ${operation.word} | ${cell(operation.gate)} |`],
  );
  const [terminal] = paths;
  const first = terminal?.operations[0];
  const lines = [
    `## ${code(program.name)}`,
    '',
    [
      code(program.capability ?? l10n.t('no file capabilities')),
      l10n.t('owner {0}', program.owner),
      l10n.t('mode {0}', program.mode),
      program.mount,
    ].join(' · '),
    '',
    `${l10n.t('As seen from {0}', vantage)}.`,
    '',
    ...(first === undefined
      ? []
      : [
          `**${first.headline}**`,
          '',
          ...first.reasons.map(({ text, source }, index) => `${index + 1}. ${text} (${source})`),
          '',
        ]),
    `| ${l10n.t('Started')} | ${first?.title ?? ''} | ${l10n.t('Because')} |`,
    '| --- | --- | --- |',
    ...rows,
    '',
    ...(first?.repairs ?? []).flatMap(({ title, remark, steps }) => [
      `- **${title}** (${remark})`,
      ...steps.flatMap(stepLines),
    ]),
    ...notes.map((note) => `\n${note}`),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLines({ kind, text }: PanelStep): readonly string[] {
  switch (kind) {
    case 'command':
      return [`  ${code(text)}`];
    case 'advice':
      return [`  ${text}`];
    case 'code':
      return ['', '  ```', ...text.split('\n').map((line) => `  ${line}`.trimEnd()), '  ```', ''];
  }
}

/** As many backquotes as the text needs to stay one piece of code. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
