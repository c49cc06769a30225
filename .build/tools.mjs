// The programs of the machine that the work stands on, and what a machine without them goes without.
import { findProgram } from './command.mjs';

/** @typedef {{ programs: readonly string[], debian: string, without: string }} Tool */

const noProbe =
  'the native probe and the launcher are not built: extended attributes are read with getcap, TUN devices are not tried, nothing is run with ambient capabilities';

/** @satisfies {Record<string, Tool>} */
export const tools = {
  make: { programs: ['make'], debian: 'make', without: noProbe },
  cxx: { programs: ['g++', 'c++'], debian: 'g++', without: noProbe },
  python: {
    programs: ['python3'],
    debian: 'python3',
    without: 'node-gyp compiles nothing for the VS Code server, which then does not start',
  },
  cc: { programs: ['cc', 'gcc'], debian: 'gcc libc6-dev', without: 'no sample program is built' },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome'],
    debian: 'chromium',
    without: 'the tests in a real editor do not run',
  },
  pngquant: {
    programs: ['pngquant'],
    debian: 'pngquant',
    without: 'no pictures are kept: they would be three times as large',
  },
  unshare: {
    programs: ['unshare'],
    debian: 'util-linux',
    without: 'the tests on the real kernel do not run: they need a mount namespace of their own',
  },
  debootstrap: {
    programs: ['debootstrap'],
    debian: 'debootstrap',
    without: 'the tests on a booted systemd and those of gdb’s own debug adapter do not run',
  },
};

/**
 * Which of these tools the machine lacks, each with the remedy.
 * @param {...Tool} wanted
 * @returns {string | undefined} nothing, when all are there
 */
export function missing(...wanted) {
  const absent = wanted.filter(({ programs }) => findProgram(...programs) === undefined);
  if (absent.length === 0) return undefined;
  const names = absent.map(({ programs }) => programs[0]).join(', ');
  const packages = absent.map(({ debian }) => debian).join(' ');
  const losses = [...new Set(absent.map(({ without }) => without))].join('; ');
  return `${names} not found (apt-get install ${packages}). Without: ${losses}.`;
}
