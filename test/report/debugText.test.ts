/** What a person is told before a program is debugged with ambient capabilities: each difference where it matters. */
import { expect, test } from 'vitest';
import { CAP_NET_ADMIN } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { known } from '../../extension/model/evidence.ts';
import type { System } from '../../extension/model/system.ts';
import { checkReport } from '../../extension/report/checkReport.ts';
import { preflightLines } from '../../extension/report/debugText.ts';
import { exampleSighting } from '../../extension/rules/exampleSighting.ts';
import { exampleProgram, exampleSystem, exampleUser } from '../../extension/rules/exampleSystem.ts';

const capability = 'cap_net_admin=ep';
const rebuilt = exampleSighting({});
const noNewPrivs = {
  credentials: known({ ...exampleUser, noNewPrivs: true }, 'an example'),
};

const rows: readonly (readonly [what: string, system: System, secure: boolean])[] = [
  ['had no file capabilities', exampleSystem({}), false],
  ['has some', exampleSystem({ program: exampleProgram({ capability }) }), true],
  [
    'has some for nothing',
    exampleSystem({ program: exampleProgram({ capability, nosuid: true }) }),
    false,
  ],
  [
    'has some under no_new_privs',
    exampleSystem({ program: exampleProgram({ capability }), launcher: noNewPrivs }),
    true,
  ],
  ['was rebuilt and had some', exampleSystem({ previous: rebuilt }), true],
  [
    'was rebuilt where they do not count',
    exampleSystem({ previous: rebuilt, program: exampleProgram({ nosuid: true }) }),
    false,
  ],
];

test.each(rows)('a program that %s', (_, system, secure) => {
  const lines = preflightLines(checkReport(system, []), 'ambient-debugger', setOf(CAP_NET_ADMIN));
  const about = (word: string): readonly string[] => lines.filter((line) => line.includes(word));
  expect(about('Programs that it starts inherit cap_net_admin')).toHaveLength(1);
  expect(about('AT_SECURE')).toHaveLength(secure ? 1 : 0);
  expect(about('dumpable')).toHaveLength(secure ? 1 : 0);
});
