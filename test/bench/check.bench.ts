import { execFileSync } from 'node:child_process';
import { afterAll, bench, describe } from 'vitest';
import { checkProgram, type CheckRequest } from '../../extension/app/check.ts';
import { userSightings } from '../../extension/probe/sightings.ts';
import { createLinuxHost } from '../../extension/probe/linuxHost.ts';

const host = createLinuxHost({
  helperPath: new URL('../../dist/helper.mjs', import.meta.url).pathname,
  addonPath: null,
});
const sightings = userSightings(process.env);
const request: CheckRequest = {
  program: '/bin/ls',
  operations: () => ['tun.create'],
  tunDevice: null,
  tunLayer: 'tun',
  multiQueue: false,
  port: 80,
  launcher: { kind: 'self', process: 'command-line' },
  debugLauncher: null,
};

afterAll(() => {
  host.dispose();
});

// The budget: a warm check is faster than the three tools a person would run instead.
describe('a warm check of a program', () => {
  bench('capwright, all launch paths', async () => {
    const outcome = await checkProgram(host, sightings, request);
    if (outcome.kind === 'failure') throw new Error(outcome.failure.message);
  });

  bench('sh: getcap, findmnt, capsh', () => {
    execFileSync('sh', [
      '-c',
      'getcap /bin/ls; findmnt --noheadings --target /bin/ls; capsh --print',
    ]);
  });
});
