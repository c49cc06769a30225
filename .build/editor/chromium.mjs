// The browser in front of the workbench. It comes from the machine, never from a download.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Absolute path of the first Chromium on PATH, or undefined. */
export function findChromium() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isExecutable(path));
}

/** What a person reads where there is none. */
export const chromiumIsMissing = `no Chromium on PATH (looked for ${names.join(', ')}): install Debian's package "chromium"`;

/**
 * For playwright-core's `chromium.launch`. Chromium's own sandbox refuses to run as root and in most
 * containers; the only pages opened are ours, on loopback.
 *
 * @param {string} executablePath
 */
export function launchOptions(executablePath) {
  return { executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] };
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
