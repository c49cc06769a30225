import { fileURLToPath } from 'node:url';

/** The launcher that is built with this command line: beside the bundles, or the sources. */
export function packagedLauncher(): string {
  const bundled = import.meta.url.endsWith('.mjs');
  return fileURLToPath(
    new URL(`${bundled ? '..' : '../..'}/native/build/capwright-launch`, import.meta.url),
  );
}
