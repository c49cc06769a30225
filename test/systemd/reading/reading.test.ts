/** Unit files and drop-ins as the model reads them, judged by booted systemds. */
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitText } from '../../../extension/model/unit/utf8.ts';
import { root } from '../../repository/tree.ts';
import { describeDisagreement, findDisagreements, judge, judgeInstalled } from './differential.ts';
import { installedServices } from './installedServices.ts';
import { observe } from './observation.ts';
import { lintUnits } from '../../../extension/app/unit/lint.ts';
import { readingHost } from '../../../extension/probe/readingHost.ts';
import { Lab, type LabFile } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import type { UnitSet } from './unitSet.ts';

// main.ts does any number with any seed, on the newest release too.
const cases = process.env['CI'] === 'true' ? 300 : 150;

/** Real units; they lie beside the checkout where there are any. */
const corpus = join(root, '../shared/corpus/units');

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  beforeAll(async () => (lab = await Lab.boot(release)));
  afterAll(() => lab.dispose());

  // To stop a hang; what it takes is the machine's affair.
  const timeout = 600_000;

  it(`the model reads ${cases} random units as systemd does`, { timeout }, async () => {
    const seed = randomInt(2 ** 30);
    console.log(`systemd ${lab.version}, seed ${seed}`);
    const found = await findDisagreements(lab, cases, seed);
    expect(found.map(describeDisagreement).join('\n\n')).toBe('');
  });

  it('and the units of real projects', { timeout }, async (context) => {
    if (!existsSync(corpus)) context.skip(`no units of real projects here (${corpus})`);
    const sets = readdirSync(corpus).flatMap((file, index): readonly UnitSet[] => {
      if (!/[.]service([.]in)?$/.test(file)) return [];
      const at = file.includes('@') ? '@' : '';
      const text = unitText(readFileSync(join(corpus, file)));
      const path = `/etc/systemd/system/real${index}${at}.service`;
      return [
        {
          manager: 'system',
          name: `real${index}${at && '@one'}.service`,
          entries: [{ path, kind: 'file', text }],
        },
      ];
    });
    expect(sets.length).toBeGreaterThan(50);
    expect((await judge(lab, sets, false)).map(describeDisagreement).join('\n\n')).toBe('');
  });

  it('a link to a directory of drop-ins is followed by both', { timeout }, async () => {
    const own = '/etc/systemd/system/linked.service';
    const files: readonly LabFile[] = [
      { path: own, kind: 'file', text: '[Service]\nExecStart=/bin/true\n' },
      { path: `${own}.d`, kind: 'link', target: '/opt/drop-ins' },
      { path: '/opt/drop-ins/10-user.conf', kind: 'file', text: '[Service]\nUser=alice\n' },
      { path: '/opt/drop-ins/20-group.conf', kind: 'link', target: '../shared/group.conf' },
      { path: '/opt/shared/group.conf', kind: 'file', text: '[Service]\nGroup=tunners\n' },
    ];
    await lab.place(files);
    const [seen] = await observe(lab, 'system', ['linked.service']);
    expect(seen?.properties).toMatchObject({ User: 'alice', Group: 'tunners' });
    const outcome = await lintUnits(readingHost(), {
      ...{ units: ['linked.service'], scope: null, version: lab.version, looks: false },
      root: lab.outside('/'),
    });
    const [linted] = outcome.kind === 'report' ? outcome.units : [];
    if (linted?.kind !== 'judged') throw new Error(JSON.stringify(outcome));
    expect(linted.judged.reading.settings).toMatchObject({
      User: { value: { text: 'alice' } },
      Group: { value: { text: 'tunners' } },
    });
    await lab.remove(files.map(({ path }) => path));
  });

  it('and the services of its own packages', { timeout }, async () => {
    const sets = installedServices(lab);
    expect(sets.length).toBeGreaterThan(50);
    const found = await judgeInstalled(lab, sets, false);
    expect(
      found.map((each) => describeDisagreement({ ...each, set: { ...each.set, entries: [] } })),
    ).toEqual([]);
  });
});
