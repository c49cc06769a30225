import { resolve } from 'node:path';
import type { DebugConfiguration } from 'vscode';

/** The file that exec is given by a debugger of another extension. */
export interface StartedProgram {
  /** An absolute path, or the name of an interpreter along PATH. */
  readonly program: string;
  /** The key that names it, where it is an interpreter: it is debugged from within. */
  readonly interpreterKey: string | null;
}

/** What runs scripts, and the key that names it. */
const interpreters: Readonly<Record<string, { readonly key: string; readonly byDefault: string }>> =
  {
    node: { key: 'runtimeExecutable', byDefault: 'node' },
    'pwa-node': { key: 'runtimeExecutable', byDefault: 'node' },
    debugpy: { key: 'python', byDefault: 'python3' },
    python: { key: 'python', byDefault: 'python3' },
  };

/**
 * What a configuration starts whose variables are substituted; null where that cannot be told, and where it
 * starts nothing.
 */
export function startedProgram(configuration: DebugConfiguration): StartedProgram | null {
  if (configuration.request !== 'launch') return null;
  const interpreter = interpreters[configuration.type];
  const cwd: unknown = configuration['cwd'];
  const value: unknown =
    interpreter === undefined
      ? (configuration['program'] ?? configuration['target'])
      : (configuration[interpreter.key] ?? interpreter.byDefault);
  const named: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof named !== 'string' || named === '') return null;
  const interpreterKey = interpreter?.key ?? null;
  if (interpreterKey !== null && !named.includes('/')) return { program: named, interpreterKey };
  if (typeof cwd !== 'string' && !named.startsWith('/')) return null;
  return { program: resolve(typeof cwd === 'string' ? cwd : '/', named), interpreterKey };
}
