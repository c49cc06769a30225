import * as vscode from 'vscode';

/** What to say where there is no Linux kernel to explain; null where there is one. */
export function notLinux(platform: NodeJS.Platform): string | null {
  return platform === 'linux'
    ? null
    : vscode.l10n.t(
        'Capwright explains capabilities of the Linux kernel. Open a folder on a Linux machine: by SSH, in WSL or in a container.',
      );
}
