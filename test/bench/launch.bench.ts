import { execFileSync } from 'node:child_process';
import { bench, describe } from 'vitest';

const launcher = new URL('../../native/build/capwright-launch', import.meta.url).pathname;
const nobody = '65534';

// The budget: as root's way back to a user, no slower than the tool that people use. As root.
describe('a program with an ambient capability', () => {
  bench('capwright-launch', () => {
    execFileSync(launcher, ['--drop-to-caller', '--caps', 'net_admin', '--', 'true'], {
      env: { PATH: '/usr/bin:/bin', SUDO_UID: nobody },
      cwd: '/',
    });
  });

  bench('setpriv', () => {
    execFileSync(
      'setpriv',
      [
        ...['--reuid', nobody, '--regid', nobody, '--init-groups'],
        ...['--inh-caps=+net_admin', '--ambient-caps=+net_admin', '--', 'true'],
      ],
      { env: { PATH: '/usr/bin:/bin' }, cwd: '/' },
    );
  });
});
