import { expect, test } from 'vitest';
import { parseCapability } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { known } from '../../extension/model/evidence.ts';
import type { LaunchPath } from '../../extension/model/launchPath.ts';
import type { OperationId } from '../../extension/model/operations.ts';
import type { System } from '../../extension/model/system.ts';
import { initialUserNamespace } from '../../extension/model/userNamespace.ts';
import { checkReport } from '../../extension/report/checkReport.ts';
import { panelModel } from '../../extension/report/panelModel.ts';
import { stages, stageTitle } from '../../extension/report/picture/stage.ts';
import {
  exampleMount,
  exampleOperation,
  exampleProgram,
  exampleSystem,
  exampleUser,
} from '../../extension/rules/exampleSystem.ts';

const netAdmin = setOf(parseCapability('cap_net_admin') ?? 0);

function launcher(change: Partial<typeof exampleUser>): System {
  return exampleSystem({
    program: exampleProgram({ capability: 'cap_net_admin=ep' }),
    launcher: { credentials: known({ ...exampleUser, ...change }, 'an example') },
  });
}

function program(change: Parameters<typeof exampleProgram>[0]): System {
  return exampleSystem({ program: exampleProgram(change) });
}

/** What is shown for one lane: a letter for each stage, and the titles of the stages that are cut. */
function drawn(system: System, path: LaunchPath, operation: OperationId = 'tun.create') {
  const asked = [exampleOperation(operation), exampleOperation('netlink.write')];
  const report = checkReport(system, asked);
  const shown = panelModel(report, (argv) => argv).paths.find((each) => each.path === path);
  const picture = shown?.operations.find((each) => each.operation === operation)?.picture;
  const [lane] = picture?.lanes ?? [];
  if (picture === undefined || lane === undefined) throw new RangeError('nothing was drawn');
  const letters = { absent: '·', enters: '>', flows: '-', lost: 'X', missing: 'o' };
  return {
    lane: stages.map((stage) => letters[lane.crossings[stage]]).join(''),
    cut: picture.stages.filter(({ cut }) => cut).map(({ title }) => title),
    story: lane.story,
  };
}

// File, mount, launcher, after exec, kernel check, result.
const rows: readonly (readonly [string, System, LaunchPath, string, readonly string[]])[] = [
  ['file capabilities', program({ capability: 'cap_net_admin=ep' }), 'terminal', '>-----', []],
  ['no capability anywhere', program({}), 'terminal', '··o···', ['Launcher', 'Kernel check']],
  [
    'a nosuid mount',
    program({ capability: 'cap_net_admin=ep', nosuid: true }),
    'terminal',
    '>X····',
    ['Mount', 'Kernel check'],
  ],
  [
    'a nosuid mount, and ambient capabilities',
    program({ capability: 'cap_net_admin=ep', nosuid: true }),
    'ambient',
    '>X>---',
    ['Mount'],
  ],
  [
    'a debugger',
    program({ capability: 'cap_net_admin=ep' }),
    'debugger',
    '>-X···',
    ['Launcher', 'Kernel check'],
  ],
  [
    'no_new_privs',
    launcher({ noNewPrivs: true }),
    'terminal',
    '>-X···',
    ['Launcher', 'Kernel check'],
  ],
  [
    'a bounding set without it, which refuses the exec',
    launcher({ bounding: exampleUser.bounding & ~netAdmin }),
    'terminal',
    '>-X···',
    ['Launcher'],
  ],
  [
    'a file without the e flag',
    program({ capability: 'cap_net_admin=p' }),
    'terminal',
    '>--X··',
    ['After exec', 'Kernel check'],
  ],
  [
    'a file that is only inheritable',
    program({ capability: 'cap_net_admin=ei' }),
    'terminal',
    '>-X···',
    ['Launcher', 'Kernel check'],
  ],
  ['ambient capabilities', program({}), 'ambient', '··>---', []],
  [
    'ambient capabilities cleared by those of the file',
    program({ capability: 'cap_net_raw=ep' }),
    'ambient',
    '··>X··',
    ['After exec', 'Kernel check'],
  ],
  ['a sandbox', program({}), 'sandbox', '··>---', []],
  [
    'a parent that does not pass it on',
    program({}),
    'child',
    '··>X··',
    ['After exec', 'Kernel check'],
  ],
  [
    'a process in another user namespace than the network namespace',
    exampleSystem({
      launcher: {
        credentials: known(
          {
            ...exampleUser,
            effective: netAdmin,
            permitted: netAdmin,
            inheritable: netAdmin,
            ambient: netAdmin,
            userNamespace: {
              ...exampleUser.userNamespace,
              id: 'own',
              parent: initialUserNamespace,
            },
          },
          'an example',
        ),
      },
    }),
    'terminal',
    '··>-X·',
    ['Kernel check'],
  ],
  [
    'a device node that is missing',
    exampleSystem({
      program: exampleProgram({ capability: 'cap_net_admin=ep' }),
      tun: { node: known(null, 'an example') },
    }),
    'terminal',
    '>---X·',
    ['Kernel check'],
  ],
  [
    'a file that may not be executed',
    program({ capability: 'cap_net_admin=ep', mode: 0o644 }),
    'terminal',
    'X·····',
    ['File'],
  ],
  [
    'a noexec mount',
    program({ capability: 'cap_net_admin=ep', mount: { ...exampleMount, noexec: true } }),
    'terminal',
    '>X····',
    ['Mount'],
  ],
];

test.each(rows)('%s', (_name, system, path, lane, cut) => {
  expect(drawn(system, path)).toMatchObject({ lane, cut });
});

test('a capability that is not held and not asked for is not cut', () => {
  const system = exampleSystem({
    limits: { unprivilegedPortStart: known(0, 'an example') },
  });
  expect(drawn(system, 'terminal', 'bind.low-port')).toEqual({
    lane: '······',
    cut: [],
    story: 'cap_net_bind_service is not held and not needed.',
  });
});

test('the story says where it comes in and where it is cut', () => {
  const system = program({ capability: 'cap_net_admin=ep', nosuid: true });
  expect(drawn(system, 'terminal').story).toBe(
    `cap_net_admin comes in at ${stageTitle.file} and is cut at ${stageTitle.mount}.`,
  );
});
