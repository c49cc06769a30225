import { spawnSync } from 'node:child_process';
import { bench, describe } from 'vitest';

const launcher = new URL('../../native/build/capwright-launch', import.meta.url).pathname;
const nobody = '65534';
const environment = { PATH: '/usr/bin:/bin' };

interface Starter {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const ours: Starter = {
  name: 'capwright-launch',
  argv: [launcher, '--drop-to-caller', '--caps', 'net_admin', '--', 'true'],
  env: { ...environment, SUDO_UID: nobody },
};
const peer: Starter = {
  name: 'setpriv',
  argv: [
    ...['setpriv', '--reuid', nobody, '--regid', nobody, '--init-groups'],
    ...['--inh-caps=+net_admin', '--ambient-caps=+net_admin', '--', 'true'],
  ],
  env: environment,
};

// The budget: as root's way back to a user, no slower than the tool that people use. As root.
describe('a program with an ambient capability', () => {
  const times: [ours: number, peer: number][] = [];
  bench(
    'by capwright-launch, and by setpriv',
    () => {
      // One after the other, and each first as often, so that both meet the same machine.
      if (times.length % 2 === 0) {
        const mine = timed(ours);
        times.push([mine, timed(peer)]);
      } else {
        const theirs = timed(peer);
        times.push([timed(ours), theirs]);
      }
    },
    { time: 5000, warmupTime: 500, teardown: () => tell(times) },
  );
});

/** Milliseconds, from the start to the end of the process. */
function timed({ argv: [file = '', ...args], env }: Starter): number {
  const start = performance.now();
  const { status } = spawnSync(file, args, { env, cwd: '/', stdio: 'ignore' });
  const end = performance.now();
  if (status !== 0) throw new Error(`${file} ended with ${String(status)}`);
  return end - start;
}

function tell(times: readonly (readonly [ours: number, peer: number])[]): void {
  // After the warming up there is nothing yet.
  if (times.length === 0) return;
  const median = (values: readonly number[]): number =>
    values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
  const [mine, theirs] = [median(times.map(([it]) => it)), median(times.map(([, it]) => it))];
  const ratio = median(times.map(([one, other]) => one / other));
  process.stdout.write(
    `${ours.name} ${mine.toFixed(3)} ms, ${peer.name} ${theirs.toFixed(3)} ms (medians of ${String(times.length)} pairs): ` +
      `${ratio.toFixed(3)} times, as the median of the pairs\n`,
  );
}
