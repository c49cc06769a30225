import * as vscode from 'vscode';
import { elevated, type Elevation } from '../app/elevation.ts';

/** The argument vector that is really run for one that begins with `sudo`, as the setting says. */
export function elevate(argv: readonly string[]): readonly string[] {
  return elevated(argv, configuredElevation());
}

export function configuredElevation(): Elevation {
  const value = vscode.workspace.getConfiguration('capwright').get<string>('elevation');
  return value === 'pkexec' ? 'pkexec' : 'sudo';
}
