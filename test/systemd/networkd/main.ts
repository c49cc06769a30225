/**
 *     node test/systemd/networkd/main.ts [--release bookworm|trixie|sid] [--sets N] [--seed S]     (as root)
 *
 * Has a real systemd-networkd read N random sets of files, and compares what it makes with the model.
 */
import fc from 'fast-check';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Lab } from '../lab/lab.ts';
import { releases } from '../lab/tree.ts';
import { disagreementsOn, predict } from './differential.ts';
import { hostName, networkdSet } from './networkdSet.ts';

const { values } = parseArgs({
  options: {
    release: { type: 'string', default: 'bookworm' },
    sets: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
  },
});
const release = releases.find((each) => each === values.release);
if (release === undefined) throw new Error(`there is no release ${JSON.stringify(values.release)}`);
const lab = await Lab.boot(release);
try {
  await lab.mustRun(['hostname', hostName]);
  console.log(`systemd ${lab.version}, ${values.sets} sets, seed ${values.seed}`);
  let [files, devices, wrong] = [0, 0, 0];
  for (const entries of fc.sample(networkdSet, {
    seed: Number(values.seed),
    numRuns: Number(values.sets),
  })) {
    const prediction = await predict(lab, entries);
    const found = await disagreementsOn(lab, entries, prediction);
    files += entries.length;
    devices += prediction.devices.size;
    if (found === '') continue;
    wrong += 1;
    console.log(`\n${found}`);
  }
  console.log(`${files} files, ${devices} devices, ${wrong} sets with a disagreement`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await lab.dispose();
}
