import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The page that loads the panel's script, and allows nothing else. */
export function panelPage(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js'));
  // Without translated texts of ours, ours are English in every language of the editor.
  const language = vscode.l10n.bundle === undefined ? 'en' : vscode.env.language;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width">
    <title>Capwright</title>
  </head>
  <body>
    <script type="module" nonce="${nonce}" src="${script.toString()}"></script>
  </body>
</html>
`;
}
