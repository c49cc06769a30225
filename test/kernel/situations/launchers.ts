/** The processes from which programs are started. */
import { mkdir } from 'node:fs/promises';
import { logIn } from '../world/world.ts';
import type { Bench } from './bench.ts';

/**
 * The arguments that run a command as the launcher would, in the situation's space. `privileges`
 * are options of setpriv(1) that the launch path adds.
 */
export type Launcher = (
  bench: Bench,
  privileges?: readonly string[],
) => Promise<readonly string[]> | readonly string[];

/** The developer's shell; `options` are those of setpriv(1). */
export function shell(...options: readonly string[]): Launcher {
  return ({ space, world }, privileges = []) => [
    ...space.enter,
    ...logIn(world.dev, ...options, ...privileges),
  ];
}

/** A shell of the developer from before the developer came into any group. */
export function shellOfOldSession(): Launcher {
  return ({ space, world }, privileges = []) => [
    ...[...space.enter, 'setpriv', `--reuid=${world.dev.uid}`, `--regid=${world.dev.gid}`],
    ...['--clear-groups', '--reset-env', ...privileges, '--'],
  ];
}

/** A shell of the developer, started by a command such as unshare(1). */
export function shellUnder(...command: readonly string[]): Launcher {
  return async (bench, privileges) => [...(await shell()(bench, privileges)), ...command];
}

/** A shell of the developer in a changed root directory, which holds the same files. */
export function shellInChroot(): Launcher {
  return async ({ space, world }, privileges = []) => {
    const root = `/srv/chroot-${space.pid}`;
    await mkdir(root, { recursive: true });
    const bind = ['sh', '-c', 'mountpoint -q "$1" || mount --rbind / "$1"', 'sh', root];
    await space.mustRun(bind);
    return [...space.enter, 'chroot', root, ...logIn(world.dev, ...privileges)];
  };
}

/** Root's own shell, started by a command or by none. */
export function rootShell(...command: readonly string[]): Launcher {
  return ({ space }) => [...space.enter, ...command];
}
