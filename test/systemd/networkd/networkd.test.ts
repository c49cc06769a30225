/** Files of systemd-networkd as the model reads them, judged by a real systemd-networkd. */
import fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import { networkdRules } from '../../../extension/rules/networkd/index.ts';
import { filesOfExample } from '../../rules/judgedNetworkd.ts';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { differences, disagreementsOn, predict } from './differential.ts';
import { hostName, networkdSet } from './networkdSet.ts';
import { attachAll, withNetworkd, type Attachment } from './observe.ts';

/** Sets of some seventy files each. */
const sets = process.env['CI'] === 'true' ? 6 : 3;

// To stop a hang; what it takes is the machine's affair.
const timeout = 300_000;

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await lab.mustRun(['hostname', hostName]);
  });
  afterAll(() => lab.dispose());

  it(`makes of ${String(sets)} random sets of files what the model says`, { timeout }, async () => {
    const seed = randomInt(2 ** 30);
    console.log(`systemd ${String(lab.version)}, seed ${String(seed)}`);
    let made = 0;
    for (const entries of fc.sample(networkdSet, { seed, numRuns: sets })) {
      const prediction = await predict(lab, entries);
      made += prediction.devices.size;
      expect(await disagreementsOn(lab, entries, prediction)).toBe('');
    }
    expect(made).toBeGreaterThan(sets * 3);
  });

  it('lets attach whom the owner, the group and the queues let', { timeout }, async () => {
    const owned = (name: string, ...lines: readonly string[]): UnitEntry => {
      const text = ['[NetDev]', `Name=${name}`, 'Kind=tun', '[Tun]', ...lines, ''].join('\n');
      return { path: `/etc/systemd/network/${name}.netdev`, kind: 'file', text };
    };
    const entries = [
      owned('owner', 'User=alice'),
      owned('group', 'Group=tunners'),
      owned('both', 'User=bob', 'Group=tunners'),
      owned('queues', 'User=alice', 'MultiQueue=yes'),
      owned('kept', 'User=alice', 'KeepCarrier=yes'),
      owned('kept-queues', 'User=alice', 'KeepCarrier=yes', 'MultiQueue=yes'),
      owned('header', 'User=alice', 'VNetHeader=yes', 'PacketInfo=yes'),
    ];
    const [tun, tap, plain, queues] = [0x1, 0x2, 0x1000, 0x100];
    const alice = { uid: 1000, gid: 1000, group: 1002 };
    const bob = { uid: 1001, gid: 1001, group: null };
    const cases: readonly (readonly [Attachment, RegExp])[] = [
      [{ ...alice, device: 'owner', flags: tun | plain }, /^OK/],
      [{ ...bob, device: 'owner', flags: tun | plain }, /^EPERM TUNSETIFF$/],
      [{ ...alice, device: 'owner', flags: tap | plain }, /^EINVAL/],
      [{ ...alice, device: 'owner', flags: tun | plain | queues }, /^EINVAL/],
      [{ ...alice, device: 'other', flags: tun | plain }, /^EPERM/],
      [{ ...alice, device: 'group', flags: tun | plain }, /^OK/],
      [{ ...bob, device: 'group', flags: tun | plain }, /^EPERM/],
      [{ ...alice, device: 'both', flags: tun | plain }, /^EPERM/],
      [{ ...bob, device: 'both', flags: tun | plain }, /^EPERM/],
      [{ ...bob, group: 1002, device: 'both', flags: tun | plain }, /^OK/],
      [{ ...alice, device: 'queues', flags: tun | plain }, /^EINVAL/],
      [{ ...alice, device: 'queues', flags: tun | plain | queues }, /^OK/],
      [{ ...alice, device: 'kept', flags: tun | plain }, /^EBUSY/],
      [{ ...alice, device: 'kept-queues', flags: tun | plain | queues }, /^OK/],
      // Neither header stays: IFF_NO_PI is there and IFF_VNET_HDR (0x4000) is not.
      [{ ...alice, device: 'header', flags: tun | plain }, /^OK 1.01$/],
    ];
    await withNetworkd(lab, entries, async ({ devices }) => {
      expect(devices.size).toBe(entries.length);
      const answers = await attachAll(
        lab,
        cases.map(([attachment]) => attachment),
      );
      expect(answers).toEqual(cases.map(([, answer]): unknown => expect.stringMatching(answer)));
    });
  });

  it('asks the command line as the model does', { timeout }, async () => {
    // A lab’s own is that of a container. The variable is for tests (systemd.exec(5) does not have it).
    const words = ['quiet', 'mode=east', 'site', '--'];
    const path = '/run/systemd/system/systemd-networkd.service.d/command-line.conf';
    const text = `[Service]\nEnvironment="SYSTEMD_PROC_CMDLINE=${words.join(' ')}"\n`;
    await lab.place([{ path, kind: 'file', text }]);
    await lab.mustRun(['systemctl', 'daemon-reload']);
    const asked = [
      'quiet',
      '!quiet',
      'quie',
      'mode',
      'mode=east',
      'mode=',
      'mode=e',
      '!site=',
      '--',
    ];
    const entries = asked.map((condition, index): UnitEntry => {
      const name = `net${String(index)}`;
      const lines = ['[Match]', `KernelCommandLine=${condition}`, '[NetDev]', `Name=${name}`];
      const whole = [...lines, 'Kind=tun', ''].join('\n');
      return { path: `/etc/systemd/network/${name}.netdev`, kind: 'file', text: whole };
    });
    const prediction = await predict(lab, entries, { commandLine: words });
    expect(prediction.devices.size).toBe(5);
    await withNetworkd(lab, entries, (observed) => {
      expect(differences(prediction, observed)).toEqual([]);
      return Promise.resolve();
    });
    await lab.remove([path]);
    await lab.mustRun(['systemctl', 'daemon-reload']);
  });

  it('makes of the rules’ examples what the model says', { timeout }, async () => {
    const examples = networkdRules
      .flatMap((rule) => rule.examples)
      .filter(({ version = lab.version }) => version === lab.version);
    expect(examples.length).toBeGreaterThan(50);
    for (const example of examples) {
      const entries = filesOfExample(example);
      const prediction = await predict(lab, entries);
      expect(await disagreementsOn(lab, entries, prediction), example.title).toBe('');
    }
  });
});
