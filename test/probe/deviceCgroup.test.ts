import { expect, it } from 'vitest';
import { shareDeviceCgroup } from '../../extension/probe/deviceCgroup.ts';
import type { ProcessFacts } from '../../extension/protocol/probe.ts';

const session = '/user.slice/user-1000.slice/user@1000.service';

it.each([
  ['the same of v2', ['0::/a'], ['0::/a'], true],
  ['two of v2', ['0::/a'], ['0::/b'], false],
  ['scopes of one user’s manager', [`0::${session}/app.slice/code`], [`0::${session}/b`], true],
  ['scopes of two users', [`0::${session}/x`], ['0::/user.slice/user@1001.service/x'], false],
  ['the same of v1', ['5:devices:/a', '4:memory:/x'], ['5:devices:/a', '4:memory:/y'], true],
  ['two of v1', ['5:devices:/a'], ['5:devices:/b'], false],
  ['a path with a colon', ['0::/a:b'], ['0::/a:c'], false],
])('%s', (_, one, other, shared) => {
  expect(shareDeviceCgroup(withCgroup(one), withCgroup(other))).toBe(shared);
});

it('is not assumed where a cgroup cannot be read', () => {
  const unseen: ProcessFacts = { ...withCgroup(['0::/a']), cgroup: { unavailable: 'a test' } };
  expect(shareDeviceCgroup(unseen, unseen)).toBe(false);
  expect(shareDeviceCgroup(null, withCgroup(['0::/a']))).toBe(false);
});

function withCgroup(lines: readonly string[]): ProcessFacts {
  return {
    pid: 1,
    ppid: 0,
    name: 'test',
    exe: { unavailable: 'a test' },
    securebits: { unavailable: 'a test' },
    threads: [],
    cgroup: { value: `${lines.join('\n')}\n` },
    appArmor: { unavailable: 'a test' },
  };
}
