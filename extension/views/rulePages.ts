import * as vscode from 'vscode';
import type { LazyCore } from './lazyCore.ts';

const scheme = 'capwright-rule';

/** A rule's page as a read-only Markdown document. */
export function createRulePages(core: LazyCore): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: async ({ path }) => {
      const id = path.replace(/^\/|\.md$/g, '');
      return (await core.get()).rulePage(id) ?? vscode.l10n.t('There is no rule {0}.', id);
    },
  });
}

/** Shows the page of a rule; asks which where none is named. */
export async function explainRule(core: LazyCore, id: string | undefined): Promise<void> {
  const rule = id ?? (await pickRule(core));
  if (rule === undefined) return;
  const page = vscode.Uri.from({ scheme, path: `/${rule}.md` });
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

async function pickRule(core: LazyCore): Promise<string | undefined> {
  const rules = (await core.get()).rules();
  const picked = await vscode.window.showQuickPick(
    rules.map(({ id, summary }) => ({ label: id, detail: summary })),
    { title: vscode.l10n.t('Explain a Rule'), matchOnDetail: true },
  );
  return picked?.label;
}
