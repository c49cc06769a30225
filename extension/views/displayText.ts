/** File names are hostile: they may hold line breaks, icon names, links. Here they become plain text. */
import { printable } from '../report/printable.ts';

/** For a label in which VS Code draws `$(name)` as an icon: status bar items and quick picks. */
export function label(text: string): string {
  return printable(text).replaceAll('$(', '\\$(');
}

/** For a notification, in which VS Code makes links of `[text](address)`. */
export function message(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
