import { describe, expect, test } from 'vitest';
import { CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE } from '../../extension/model/capability.ts';
import { emptySet, setOf, type CapabilitySet } from '../../extension/model/capabilitySet.ts';
import { expectUnderDebugger, type Expectation } from '../../extension/model/expectation.ts';
import { known } from '../../extension/model/evidence.ts';
import { exampleProgram, exampleSystem } from '../../extension/rules/exampleSystem.ts';

const admin = setOf(CAP_NET_ADMIN);

/** Permitted, effective and ambient set. */
function sets(expectation: Expectation): readonly CapabilitySet[] {
  if (expectation.kind !== 'starts') throw new TypeError(expectation.kind);
  const { permitted, effective, ambient } = expectation.credentials;
  return [permitted, effective, ambient];
}

// facts of `capwright-launch … gdb` on Linux 6.18, a row for each file.
describe('beside the launcher', () => {
  test.each([
    ['no file capabilities', null, [admin, admin, admin]],
    ['the same, effective', 'cap_net_admin=ep', [admin, admin, emptySet]],
    ['the same, permitted', 'cap_net_admin=p', [admin, emptySet, emptySet]],
    ['others', 'cap_net_raw=ep', [emptySet, emptySet, emptySet]],
  ] as const)('%s', (_, capability, held) => {
    const program = exampleProgram(capability === null ? {} : { capability });
    const system = exampleSystem({ program });
    expect(sets(expectUnderDebugger('ambient-debugger', system, admin))).toEqual(held);
  });

  test('a debugger that holds CAP_SYS_PTRACE takes nothing from the file', () => {
    const system = exampleSystem({ program: exampleProgram({ capability: 'cap_net_raw=ep' }) });
    const raw = setOf(CAP_NET_RAW);
    const both = admin | setOf(CAP_SYS_PTRACE);
    expect(sets(expectUnderDebugger('ambient-debugger', system, both))).toEqual([
      ...[raw, raw, emptySet],
    ]);
  });
});

describe('of an ordinary debugger', () => {
  test('a file grants nothing: what the debugger does not hold is withheld', () => {
    const system = exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) });
    expect(sets(expectUnderDebugger('debugger', system, emptySet))).toEqual([
      ...[emptySet, emptySet, emptySet],
    ]);
  });
});

describe('in a sandbox', () => {
  test('the program holds what the debugger kept, in a network of its own', () => {
    const expectation = expectUnderDebugger('sandbox', exampleSystem({}), admin);
    expect(sets(expectation)).toEqual([admin, admin, admin]);
    if (expectation.kind !== 'starts') throw new TypeError(expectation.kind);
    expect(expectation.place.network.owner.id).toBe('sandbox');
    expect(expectation.place.tun.devices).toMatchObject({ value: [] });
  });

  test('where none can be made, it says which call is refused', () => {
    const system = exampleSystem({ limits: { maxUserNamespaces: known(0, 'an example') } });
    expect(expectUnderDebugger('sandbox', system, admin)).toMatchObject({
      ...{ kind: 'refused', call: 'unshare(CLONE_NEWUSER)', errno: 'ENOSPC' },
    });
  });
});
