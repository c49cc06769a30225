import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
} from '../../../extension/model/capability.ts';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { installPrograms } from './programs.ts';
import { samples, type Sample } from './sample.ts';

const needs: Readonly<Record<string, number>> = {
  'tun.create': CAP_NET_ADMIN,
  'socket.packet': CAP_NET_RAW,
  'socket.raw': CAP_NET_RAW,
  'bind.low-port': CAP_NET_BIND_SERVICE,
  'netlink.write': CAP_NET_ADMIN,
};

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  const drawn: Sample[] = [];
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab);
    for await (const sample of samples(lab, 250, 5)) drawn.push(sample);
  });
  afterAll(() => lab.dispose());

  test('random units end in every way that matters', () => {
    const ends = new Set(
      drawn.flatMap(({ observation: { load, commands } }) => [
        load,
        ...commands.map(({ start }) => start),
      ]),
    );
    expect([...ends]).toEqual(
      expect.arrayContaining([
        ...['loaded', 'bad-setting', 'ok', '203/EXEC', '216/GROUP', '217/USER'],
        ...['218/CAPABILITIES', '225/NETWORK', '226/NAMESPACE', '31/SYS'],
      ]),
    );
  });

  test('nothing is allowed without its capability where the network namespace belongs', () => {
    const granted = drawn.flatMap(({ unit, observation }) =>
      observation.commands.flatMap(({ credentials, namespaces, verdicts }) =>
        Object.entries(verdicts)
          .filter(([, verdict]) => verdict === 'allowed')
          .map(([operation]) => ({
            unit,
            operation,
            held: (BigInt(credentials?.effective ?? 0) >> BigInt(needs[operation] ?? 0)) & 1n,
            foreign: namespaces?.user === 'own' && namespaces.net === 'manager',
          })),
      ),
    );
    expect(granted.length).toBeGreaterThan(100);
    expect(granted.filter(({ held, foreign }) => held === 0n || foreign)).toEqual([]);
  });
});
