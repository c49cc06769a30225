import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { releaseStage } from '../../../extension/model/unit/invoke/mountSandbox.ts';
import { observe, reportSettings, type UnitUnderTest } from './observe.ts';
import { disagreements, factsOf, judgeOf } from './prediction.ts';
import { installPrograms, programs } from './programs.ts';
import { describeSettled, observeSettled, settled, type Outcome } from './settled.ts';

const cases = settled.map((each, index) => ({ each, index, about: describeSettled(each) }));

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  let observed: readonly Outcome[];
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab);
    observed = await observeSettled(lab);
  });
  afterAll(() => lab.dispose());

  // A unit of the system’s with such a root leaves it there, and observe() takes it away.
  test('a user unit with RootDirectory=/ needs what it may not make in /run', async () => {
    const name = 'release.service';
    const path = `/home/alice/.config/systemd/user/${name}`;
    const lines = ['Type=oneshot', 'RootDirectory=/', 'MountAPIVFS=yes', 'ExecStart=/bin/true'];
    const alice = { manager: 'user' } as const;
    const files = [{ path, kind: 'file', text: ['[Service]', ...lines, ''].join('\n') }] as const;
    await lab.place(files);
    const starts = async (): Promise<boolean> => {
      await lab.mustRun(['systemctl', '--user', 'daemon-reload'], alice);
      return (await lab.run(['systemctl', '--user', 'start', name], alice)).code === 0;
    };
    const foretold = async () => judgeOf(await factsOf(lab))({ ...alice, name, files });
    await lab.remove(['/run/host']);
    expect(await starts()).toBe(false);
    expect((await foretold()).commands[0]?.start).toBe('226/NAMESPACE');
    await lab.mustRun(['mkdir', '-p', releaseStage]);
    await lab.mustRun(['ln', '-s', '.os-release-stage/os-release', '/run/host/os-release']);
    const worksWhereItIs = lab.version >= 254;
    expect(await starts()).toBe(worksWhereItIs);
    expect((await foretold()).commands[0]?.start).toBe(worksWhereItIs ? 'ok' : '226/NAMESPACE');
    await lab.remove(['/run/host', path]);
  });

  test('a number for a dynamic user is one unit’s at a time', async () => {
    const unit = unitOf('numbered.service', ['DynamicUser=yes', 'User=4001']);
    const holder = ['DynamicUser=yes', 'User=4001', 'Type=exec'].map(
      (each) => `--property=${each}`,
    );
    await lab.mustRun(['systemd-run', '--unit=holder', ...holder, 'sleep', 'infinity']);
    const [held] = await observe(lab, [unit]);
    expect(held?.commands[0]?.start).toBe('217/USER');
    await lab.mustRun(['systemctl', 'stop', 'holder.service']);
    const [alone] = await observe(lab, [unit]);
    expect(alone?.commands[0]?.start).toBe('ok');
  });

  // Where many sessions are opened at once, 257 does not always get to it.
  test('a session of systemd-user brings an ordinary user CAP_WAKE_ALARM', async () => {
    const unit = unitOf('wakes.service', ['PAMName=systemd-user', 'User=alice']);
    const [seen] = await observe(lab, [unit]);
    if (seen === undefined) expect.fail('it was not observed');
    const wakes = lab.version >= 254 ? '0x800000000' : '0x0';
    expect(seen.commands[0]?.credentials?.ambient).toBe(wakes);
    expect(disagreements(judgeOf(await factsOf(lab))(unit), seen)).toEqual([]);
  });

  test.each(cases)('$about', ({ each, index }) => {
    expect(observed[index]).toEqual(each.outcome(lab.version));
  });
});

function unitOf(name: string, settings: readonly string[]): UnitUnderTest {
  const command = `ExecStart=${programs.plain.path} start`;
  const text = ['[Service]', ...reportSettings(name), ...settings, command, ''].join('\n');
  const path = `/etc/systemd/system/${name}`;
  return { manager: 'system', name, files: [{ path, kind: 'file', text }] };
}
