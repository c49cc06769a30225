/**
 *     node test/systemd/reading/main.ts [--release bookworm|trixie|sid] [--cases N] [--seed S]     (as root)
 *
 * Has a booted systemd read N random units, and compares with the model.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { describeDisagreement, findDisagreements, type Disagreement } from './differential.ts';
import { Lab } from '../lab/lab.ts';
import type { Release } from '../lab/tree.ts';

const releases: readonly Release[] = ['bookworm', 'trixie', 'sid'];

const { values } = parseArgs({
  options: {
    release: { type: 'string', default: 'bookworm' },
    cases: { type: 'string', default: '3000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
  },
});
const release = releases.find((each) => each === values.release);
if (release === undefined) throw new Error(`there is no release ${JSON.stringify(values.release)}`);
const lab = await Lab.boot(release);
try {
  console.log(`systemd ${lab.version}, ${values.cases} units, seed ${values.seed}`);
  const started = performance.now();
  const found = await findDisagreements(lab, Number(values.cases), Number(values.seed));
  for (const each of oneOfEachKind(found)) console.log(`\n${describeDisagreement(each)}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\n${found.length} disagreements in ${seconds} s`);
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  await lab.dispose();
}

/** The one with the least to read. */
function oneOfEachKind(found: readonly Disagreement[]): Iterable<Disagreement> {
  const size = ({ set }: Disagreement) => JSON.stringify(set).length;
  const kinds = new Map<string, Disagreement>();
  for (const each of found) {
    const kind = each.about.startsWith('/') ? String(each.model) : each.about;
    const before = kinds.get(kind);
    if (before === undefined || size(each) < size(before)) kinds.set(kind, each);
  }
  return kinds.values();
}
