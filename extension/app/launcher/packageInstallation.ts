import { findAlongPath } from '../alongPath.ts';

/** How the package managers of distributions are told to install something. */
const managers = [
  ['apt-get', 'install'],
  ['dnf', 'install'],
  ['zypper', 'install'],
  ['pacman', '-S'],
  ['apk', 'add'],
] as const;

/** The command that installs a package here, which begins with `sudo`; null where none is known. */
export async function installPackageCommand(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[] | null> {
  for (const [manager, ...verb] of managers) {
    if ((await findAlongPath(manager, environment)) !== null) {
      return ['sudo', manager, ...verb, name];
    }
  }
  return null;
}
