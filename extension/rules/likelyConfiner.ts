import type { Confinement } from '../model/confinement.ts';
import { launcherOn, type LaunchPath } from '../model/launchPath.ts';
import type { System } from '../model/system.ts';

/**
 * Who is likely to have set no_new_privs on the process that starts the program, or to have narrowed
 * its bounding set, as a phrase behind that fact: ` (most likely set by the snap code that it runs
 * in)`. Empty where it runs in nothing that does so.
 */
export function likelyConfiner(system: System, path: LaunchPath, did: 'set' | 'narrowed'): string {
  const { confinement } = launcherOn(path, system);
  if (confinement.kind === 'unknown' || confinement.value === null) return '';
  const what = confiner(confinement.value);
  return what === null ? '' : ` (most likely ${did} by ${what} that it runs in)`;
}

function confiner({ kind, name }: Confinement): string | null {
  switch (kind) {
    case 'snap':
      return `the snap ${name ?? ''}`.trimEnd();
    case 'flatpak':
      return name === null ? 'the flatpak' : `the flatpak ${name}`;
    case 'container':
      return name === null ? 'the container' : `the container (${name})`;
    case 'wsl':
      return null;
  }
}
