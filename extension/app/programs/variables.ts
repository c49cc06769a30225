import { basename } from 'node:path';

/** What the variables of a launch configuration stand for. */
export interface Variables {
  readonly workspaceFolder: string;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A setting as `${config:…}` writes it; undefined where there is none that is a text. */
  readonly config: (name: string) => string | undefined;
}

/**
 * The text with its variables as VS Code puts them in. Null where that takes an open editor, a question
 * or a command (`${file}`, `${input:…}`, `${command:…}`): to find a program, none of these is run.
 */
export function withVariables(text: string, variables: Variables): string | null {
  const unknown: string[] = [];
  const resolved = text.replace(/\$\{([^}]*)\}/g, (_, variable: string) => {
    const value = valueOf(variable, variables);
    if (value === undefined) unknown.push(variable);
    return value ?? '';
  });
  return unknown.length === 0 ? resolved : null;
}

function valueOf(variable: string, variables: Variables): string | undefined {
  const { workspaceFolder, userHome, env, config } = variables;
  const [, kind, name] = /^(env|config):(.+)$/s.exec(variable) ?? [];
  // VS Code, too, puts nothing in for a variable that the environment lacks.
  if (kind === 'env' && name !== undefined) return env[name] ?? '';
  if (kind === 'config' && name !== undefined) return config(name);
  switch (variable) {
    case 'workspaceFolder':
    case 'workspaceRoot':
      return workspaceFolder;
    case 'workspaceFolderBasename':
      return basename(workspaceFolder);
    case 'userHome':
      return userHome;
    case 'pathSeparator':
    case '/':
      return '/';
    default:
      return undefined;
  }
}
