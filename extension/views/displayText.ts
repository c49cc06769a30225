import { printable } from '../report/printable.ts';

/** A file's name where VS Code draws `$(name)` as an icon: in status bar items and quick picks. */
export function label(text: string): string {
  return printable(text).replaceAll(icon, (name) => `\\${name}`);
}

/** As in `src/vs/base/common/iconLabels.ts`; before anything else a backslash would stay to be seen. */
const icon = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/gi;
