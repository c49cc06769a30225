import type { MarkdownString } from 'vscode';
import { printable } from '../report/printable.ts';

/** A file's name where VS Code draws `$(name)` as an icon: in status bar items and quick picks. */
export function label(text: string): string {
  return printable(text).replaceAll(icon, (name) => `\\${name}`);
}

/**
 * Adds text with nothing of Markdown in it, in lines that break between words: `appendText` alone keeps
 * all of them together.
 */
export function appendWords(markdown: MarkdownString, text: string): MarkdownString {
  printable(text)
    .split(' ')
    .forEach((word, index) => {
      if (index > 0) markdown.appendMarkdown(' ');
      markdown.appendText(word);
    });
  return markdown;
}

/** As in `src/vs/base/common/iconLabels.ts`; before anything else a backslash would stay to be seen. */
const icon = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/gi;
