import { readFileSync } from 'node:fs';

/** That of the package which this command line is part of. */
export function packageVersion(): string {
  const bundled = import.meta.url.endsWith('.mjs');
  const manifest = new URL(bundled ? '../package.json' : '../../package.json', import.meta.url);
  const found = /"version": "([^"]+)"/.exec(readFileSync(manifest, 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${manifest.href} names no version`);
  return found;
}
