/** To which user units the way to the system manager is open. That it works there is for test/systemd to show. */
import { expect, test } from 'vitest';
import { systemUnitRepair } from '../../extension/rules/unit/userServiceRepairs.ts';
import type { UnitSituation } from '../../extension/rules/unit/unitRule.ts';
import { judgedUnit } from './judgedUnit.ts';

const offered = (situation: UnitSituation): number =>
  systemUnitRepair(judgedUnit(situation)).length;

test('to one that would start there', () => {
  expect(offered({ scope: 'user', lines: ['ExecStart=/usr/bin/prog'] })).toBe(1);
});

test('not to one that no manager takes', () => {
  expect(offered({ scope: 'user', lines: [`ExecStart="/usr/bin/it's"`] })).toBe(0);
});

test('not to one that is a system unit already', () => {
  expect(offered({ scope: 'system', lines: ['ExecStart=/usr/bin/prog'] })).toBe(0);
});
