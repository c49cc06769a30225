import * as vscode from 'vscode';
import type { LazyCore } from '../lazyCore.ts';
import { isUnit, unitSelector } from './unitDocuments.ts';

/** The names of capabilities where a unit file lists them. */
export function createCapabilityCompletion(core: LazyCore): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    unitSelector,
    {
      provideCompletionItems: async (document, position) => {
        if (!isUnit(document)) return [];
        const loaded = await core.get();
        const span = loaded.unit.capabilityPlace(document.getText(), document.offsetAt(position));
        if (span === null) return [];
        const range = new vscode.Range(
          document.positionAt(span.start),
          document.positionAt(span.end),
        );
        return loaded.unit.capabilities().map(({ name, number, permits }) => {
          const item = new vscode.CompletionItem(
            { label: name, description: String(number) },
            vscode.CompletionItemKind.Constant,
          );
          item.range = range;
          item.documentation = permits;
          // Whoever types net_admin means it too; the order is the kernel’s.
          item.filterText = name;
          item.sortText = String(number).padStart(2, '0');
          return item;
        });
      },
    },
    ...['=', ' ', '~'],
  );
}
