import { execFileSync } from 'node:child_process';
import { afterAll, bench, describe } from 'vitest';
import { checkProgram, type CheckRequest } from '../../extension/app/check.ts';
import { beginGathering } from '../../extension/app/surroundings.ts';
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

  // A linker writes for longer than this takes: what is left is the program and the judgement.
  const gathering = beginGathering(host, request);
  bench('capwright, surroundings gathered while the linker wrote', async () => {
    const outcome = await checkProgram(host, sightings, request, gathering);
    if (outcome.kind === 'failure') throw new Error(outcome.failure.message);
  });

  bench('sh: getcap, findmnt, capsh', () => {
    execFileSync('sh', [
      '-c',
      'getcap /bin/ls; findmnt --noheadings --target /bin/ls; capsh --print',
    ]);
  });
});
