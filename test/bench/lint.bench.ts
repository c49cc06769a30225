import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import {
  findOperation,
  operations,
  usualOperations,
  type Operation,
} from '../../extension/model/operations.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import type { FoundUnit } from '../../extension/model/unit/unitSources.ts';
import { evaluateUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import { judgeForRules } from '../../extension/rules/unit/judgeForRules.ts';
import { unitWithDropIns } from '../model/unit/world.ts';
import { fiveDropIns } from './fiveDropIns.ts';

const own = 'ExecStartPre=/usr/bin/prog check\nExecStart=/usr/bin/prog run\nUser=alice';
const { unit, system } = unitWithDropIns(own, fiveDropIns);
const usual = usualOperations.map(findOperation).filter((operation) => operation !== null);

const warm = { warmupTime: 2000, time: 2000 };

// The budget, once the code is warm: a unit is read, judged and asked about in less than a millisecond.
describe('a unit with five drop-ins', () => {
  bench('capwright, with the operations that lint judges', () => lint(usual), warm);
  bench('capwright, with every operation', () => lint(operations), warm);

  const folder = mkdtempSync(join(tmpdir(), 'capwright-lint-'));
  const path = join(folder, 'test.service');
  const text = [own.replaceAll('/usr/bin/prog', '/bin/true'), ...fiveDropIns].join('\n');
  writeFileSync(path, `[Service]\nType=oneshot\n${text}\n`);

  bench(
    'systemd-analyze verify, of one file with the same lines',
    () => {
      execFileSync('systemd-analyze', ['verify', '--man=no', path], { stdio: 'ignore' });
    },
    {
      teardown: (_, mode) => {
        if (mode === 'run') rmSync(folder, { recursive: true });
      },
    },
  );
});

function lint(asked: readonly Operation[]): void {
  const read = asJustRead(unit);
  const reading = readUnit(read, system.manager, system.rules);
  evaluateUnit(judgeForRules(read, reading, system, asked));
}

/** What is known of a file that was looked at before is kept for that object alone. */
function asJustRead({ fragment, dropIns, ...unit }: FoundUnit): FoundUnit {
  return { ...unit, fragment: { ...fragment }, dropIns: dropIns.map((file) => ({ ...file })) };
}
