import type { Fix } from '../fixes/fix.ts';

/** Whether its commands can be run as they stand; a template is for the user to fill in. */
export function isRunnable({ applicability, steps }: Fix): boolean {
  return applicability !== 'template' && steps.some(({ kind }) => kind === 'command');
}
