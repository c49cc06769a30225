/** What an editor can do about a session that cannot begin. */
export type DebugRemedy =
  | { readonly kind: 'install-launcher'; readonly capabilities: readonly string[] }
  /** Each command begins with `sudo`. */
  | {
      readonly kind: 'install-debugger';
      readonly name: string;
      readonly command: readonly string[];
    }
  | { readonly kind: 'remove-file-capabilities'; readonly program: string };
