/** When the reasons of a verdict say why the file has no capabilities. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../extension/model/judge.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import type { LaunchPath } from '../../extension/model/launchPath.ts';
import type { System } from '../../extension/model/system.ts';
import { exampleSighting } from '../../extension/rules/exampleSighting.ts';
import {
  exampleMount,
  exampleProgram,
  exampleSystem,
  exampleUser,
  tunCreate,
} from '../../extension/rules/exampleSystem.ts';

const previous = exampleSighting({ inode: '12' });
const stick = { ...exampleMount, mountPoint: '/mnt/stick', fsType: 'vfat' };
const noNewPrivs = { credentials: known({ ...exampleUser, noNewPrivs: true }, 'a test') };

/** The launch paths on which the absence is told. */
function told(system: System): readonly LaunchPath[] {
  const rules = ['file-lost-capabilities', 'filesystem-without-capabilities'];
  return judge(system, [tunCreate])
    .paths.filter(({ verdicts }) =>
      verdicts.some(({ verdict }) => verdict.reasons.some(({ rule }) => rules.includes(rule))),
    )
    .map(({ path }) => path);
}

const program = (change: Partial<System['program']>): System => {
  const system = exampleSystem({ previous });
  return { ...system, program: { ...system.program, ...change } };
};

describe('a loss', () => {
  it.each<[string, System, readonly LaunchPath[]]>([
    [
      'where the file as it was would be allowed',
      exampleSystem({ previous }),
      ['terminal', 'child'],
    ],
    [
      'nowhere where no_new_privs refuses anyway',
      exampleSystem({ previous, launcher: noNewPrivs }),
      [],
    ],
    [
      'nowhere where the mount ignores it anyway',
      exampleSystem({ previous, program: exampleProgram({ nosuid: true }) }),
      [],
    ],
    [
      'nowhere where the file has others',
      exampleSystem({ previous, program: exampleProgram({ capability: 'cap_net_raw=ep' }) }),
      [],
    ],
    ['nowhere where nothing was seen before', exampleSystem({}), []],
    [
      'nowhere where what was seen is unknown',
      program({ previous: unknown('dark', 'a test') }),
      [],
    ],
    [
      'nowhere where what it has now is unknown, on a mount that ignores it',
      { ...program({ capabilityUnseen: 'dark', file: exampleProgram({ nosuid: true }) }) },
      [],
    ],
    [
      'nowhere of what was malformed',
      exampleSystem({ previous: { ...previous, capability: new Uint8Array(3) } }),
      [],
    ],
    [
      'nowhere of a script',
      exampleSystem({
        previous,
        program: exampleProgram({ format: { kind: 'script', interpreter: exampleProgram({}) } }),
      }),
      [],
    ],
    [
      'nowhere where the same file is seen with less',
      exampleSystem({ previous: exampleSighting({}) }),
      [],
    ],
  ])('is told %s', (_, system, paths) => {
    expect(told(system)).toEqual(paths);
  });

  it('takes the place of the bare fact, with all that was seen', () => {
    const [terminal] = judge(exampleSystem({ previous }), [tunCreate]).paths;
    expect(terminal?.verdicts[0]?.verdict.reasons[1]).toEqual({
      rule: 'file-lost-capabilities',
      path: exampleProgram({}).path,
      permitted: 1n << 12n,
      inheritable: 0n,
      effective: true,
      loss: { way: 'replaced', timesKept: false },
      before: previous.stamp,
      after: exampleSystem({}).program.stamp,
    });
  });
});

describe('a filesystem that keeps none', () => {
  const on = (mount: typeof stick, launcher: Partial<System['launcher']> = {}) =>
    exampleSystem({
      program: exampleProgram({ mount }),
      capabilityStorage: 'unsupported',
      previous,
      launcher,
    });

  it('is told before a loss, where capabilities would help', () => {
    expect(told(on(stick))).toEqual(['terminal', 'child']);
    expect(told(on({ ...stick, nosuid: true }))).toEqual([]);
    expect(told(on(stick, noNewPrivs))).toEqual([]);
    const [terminal] = judge(on(stick), [tunCreate]).paths;
    expect(terminal?.verdicts[0]?.verdict.reasons[1]).toEqual({
      rule: 'filesystem-without-capabilities',
      path: exampleProgram({}).path,
      mountPoint: '/mnt/stick',
      fsType: 'vfat',
      served: false,
    });
  });
});
