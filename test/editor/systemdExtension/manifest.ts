/**
 * Stands in for the systemd extensions that people have, which cannot be installed where tests run: it
 * contributes a language for unit files as they do (`systemd-unit`; others call it `systemd-unit-file`,
 * `systemd-conf` or `systemd`), with findings, hovers and completions of its own.
 */
export const manifest = {
  name: 'systemd',
  publisher: 'stand-in',
  version: '1.0.0',
  engines: { vscode: '^1.101.0' },
  main: './extension.cjs',
  activationEvents: ['onLanguage:systemd-unit'],
  capabilities: { untrustedWorkspaces: { supported: true } },
  contributes: {
    languages: [
      {
        id: 'systemd-unit',
        extensions: ['.service', '.socket'],
        filenamePatterns: ['**/*.service.d/*.conf'],
      },
    ],
  },
};
