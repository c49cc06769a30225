import { describe, expect, it } from 'vitest';
import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { allows, mayExecute, mayRead } from '../../extension/model/programFile.ts';
import { exampleProgram, exampleUser } from '../../extension/rules/exampleSystem.ts';
import { child } from './namespaces.ts';

const overrides = { ...exampleUser, effective: setOf(CAP_DAC_OVERRIDE) };
const searches = { ...exampleUser, effective: setOf(CAP_DAC_READ_SEARCH) };

describe('one class of permission bits counts', () => {
  it.each([
    ['the owner’s', { uid: 1000, gid: 9 }, 0o700, true],
    ['not the others’ for the owner', { uid: 1000, gid: 9 }, 0o077, false],
    ['the group’s', { uid: 9, gid: 1000 }, 0o070, true],
    ['not the others’ for the group', { uid: 9, gid: 1000 }, 0o707, false],
    ['a supplementary group’s', { uid: 9, gid: 2000 }, 0o070, true],
    ['the others’', { uid: 9, gid: 9 }, 0o007, true],
    ['not the owner’s for others', { uid: 9, gid: 9 }, 0o770, false],
  ])('%s', (_, ids, mode, expected) => {
    const user = { ...exampleUser, groups: [2000] };
    expect(allows(user, { ...ids, mode }, 0o7)).toBe(expected);
  });

  it('all bits that are asked for', () => {
    const file = { uid: 1000, gid: 1000, mode: 0o400 };
    expect(allows(exampleUser, file, 0o4)).toBe(true);
    expect(allows(exampleUser, file, 0o6)).toBe(false);
  });

  it('by the effective ids', () => {
    const other = { ...exampleUser, uid: { real: 1000, effective: 5, saved: 1000 } };
    expect(allows(other, { uid: 1000, gid: 9, mode: 0o700 }, 0o1)).toBe(false);
  });
});

describe('a program may be executed', () => {
  const file = (mode: number, ids = { uid: 9, gid: 9 }) => exampleProgram({ mode, ...ids });

  it.each([
    ['with its bit', exampleUser, file(0o001), true],
    ['not without', exampleUser, file(0o776), false],
    ['with CAP_DAC_OVERRIDE and a bit of the owner', overrides, file(0o100), true],
    ['with CAP_DAC_OVERRIDE and a bit of the group', overrides, file(0o010), true],
    ['not with CAP_DAC_OVERRIDE and no bit at all', overrides, file(0o666), false],
    ['not with CAP_DAC_READ_SEARCH', searches, file(0o100), false],
    ['not where its ids have no name', { ...overrides, userNamespace: child }, file(0o100), false],
  ])('%s', (_, credentials, program, expected) => {
    expect(mayExecute(credentials, program)).toBe(expected);
  });
});

describe('a program may be read', () => {
  it.each([
    ['with its bit', exampleUser, 0o004, true],
    ['not without', exampleUser, 0o773, false],
    ['with CAP_DAC_OVERRIDE', overrides, 0o000, true],
    ['with CAP_DAC_READ_SEARCH', searches, 0o000, true],
  ])('%s', (_, credentials, mode, expected) => {
    expect(mayRead(credentials, exampleProgram({ mode, uid: 9, gid: 9 }))).toBe(expected);
  });
});
