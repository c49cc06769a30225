import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { UnitHover } from '../../report/unit/unitHover.ts';
import type { LazyCore } from '../lazyCore.ts';
import { code } from '../report/reportMarkdown.ts';
import { isUnit, unitSelector, type UnitDocuments } from './unitDocuments.ts';
import { locationOf } from './unitPlace.ts';

/** What a capability permits; what a directive amounts to, and where that comes from. */
export function createUnitHover(documents: UnitDocuments, core: LazyCore): vscode.Disposable {
  return vscode.languages.registerHoverProvider(unitSelector, {
    provideHover: async (document, position) => {
      if (!isUnit(document)) return null;
      const view = await documents.view(document);
      const found = (await core.get()).unit.hover(
        view,
        document.getText(),
        document.offsetAt(position),
      );
      if (found === null) return null;
      const { start, end } = found.span;
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      return new vscode.Hover(markdown(found), range);
    },
  });
}

function markdown({ title, text, value, origins, manual }: UnitHover): vscode.MarkdownString {
  const places = origins.map(({ place, text: value }) => {
    const { uri, range } = locationOf(place);
    const line = String(range.start.line + 1);
    const target = uri.with({ fragment: `L${line}` }).toString();
    return `- [${code(`${basename(place.file)}:${line}`)}](${target}) ${code(value)}`;
  });
  return new vscode.MarkdownString(
    [
      `**${title}**`,
      '',
      value === null ? text : `${text} ${code(value)}`,
      '',
      ...places,
      '',
      `[${manual.title}](${manual.url})`,
    ].join('\n'),
  );
}
