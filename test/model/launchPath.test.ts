/** The process that execs the program, on each launch path. */
import { describe, expect, it } from 'vitest';
import {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  CAP_SETFCAP,
  CAP_SYS_ADMIN,
  CAP_SYS_PTRACE,
} from '../../extension/model/capability.ts';
import { allNamed, emptySet, setOf, without } from '../../extension/model/capabilitySet.ts';
import {
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECBIT_NOROOT,
  sameIds,
  type Credentials,
} from '../../extension/model/credentials.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import {
  launcherOn,
  launchPaths,
  prepareLaunch,
  type Launch,
  type LaunchPath,
} from '../../extension/model/launchPath.ts';
import type { System } from '../../extension/model/system.ts';
import { exampleSystem, exampleUser } from '../../extension/rules/exampleSystem.ts';
import { child, initial, ofTwo, unmapped } from './namespaces.ts';

const admin = setOf(CAP_NET_ADMIN);
const raw = setOf(CAP_NET_RAW);

function launch(
  path: LaunchPath,
  old: Partial<Credentials> = {},
  system: System = exampleSystem({}),
  needed = admin,
): Launch {
  const credentials = { ...exampleUser, ...old };
  const network = { id: 'host', owner: initial };
  return prepareLaunch(path, system, { launcher: system.launcher, credentials, network }, needed);
}

it('the paths are listed in the order of reports', () => {
  expect(launchPaths).toEqual([
    'terminal',
    'debugger',
    'ambient',
    'ambient-debugger',
    'sandbox',
    'child',
  ]);
});

it('debuggers can have a launcher of their own, which starts nothing else', () => {
  const one = exampleSystem({});
  const two = exampleSystem({ debugLauncher: {} });
  for (const path of launchPaths) {
    expect(launcherOn(path, one)).toBe(one.launcher);
    expect(launcherOn(path, two)).toBe(path === 'debugger' ? two.debugLauncher : two.launcher);
  }
});

it('the terminal execs with what it has', () => {
  const { tun, limits } = exampleSystem({});
  expect(launch('terminal', { ambient: raw })).toEqual({
    kind: 'ready',
    caller: { credentials: { ...exampleUser, ambient: raw }, tracer: null, sharesFs: false },
    network: { id: 'host', owner: initial },
    tun,
    limits,
    reasons: [{ rule: 'launched-by', name: 'bash', pid: 4121, traced: false }],
  });
});

describe('a debugger', () => {
  it.each([
    [{}, false],
    [{ effective: setOf(CAP_SYS_PTRACE) }, true],
    [{ effective: setOf(CAP_SYS_PTRACE), userNamespace: child }, true],
    [{ permitted: setOf(CAP_SYS_PTRACE) }, false],
    [{ effective: admin }, false],
  ])('traces with its own credentials: %#', (old, sysPtrace) => {
    expect(launch('debugger', old)).toMatchObject({
      kind: 'ready',
      caller: { credentials: { ...exampleUser, ...old }, tracer: { sysPtrace }, sharesFs: false },
      reasons: [{ rule: 'launched-by', name: 'bash', pid: 4121, traced: true }],
    });
  });
});

describe('under Yama, which is read in source: the tests’ kernel may be without', () => {
  const tracing = { effective: setOf(CAP_SYS_PTRACE) };
  const refusal = { call: 'ptrace(PTRACE_TRACEME)', errno: 'EPERM' };

  it.each([
    [known(0, 'a test'), {}, 'ready'],
    [known(1, 'a test'), {}, 'ready'],
    [known(2, 'a test'), {}, 'refused'],
    [known(2, 'a test'), tracing, 'ready'],
    [known(3, 'a test'), {}, 'refused'],
    [known(3, 'a test'), tracing, 'refused'],
    [unknown('it is dark', 'a test'), {}, 'ready'],
  ] as const)('scope %o lets a debugger that holds %o: %s', (ptraceScope, old, kind) => {
    const system = exampleSystem({ limits: { ptraceScope } });
    const launched = launch('debugger', old, system);
    expect(launched).toMatchObject(kind === 'ready' ? { kind } : { kind, ...refusal });
    const scope = ptraceScope.kind === 'known' ? ptraceScope.value : 0;
    expect(launched.reasons).toEqual([
      { rule: 'launched-by', name: 'bash', pid: 4121, traced: true },
      ...(kind === 'ready' ? [] : [{ rule: 'trace-refused', scope, ...refusal }]),
    ]);
    expect(launch('terminal', old, system)).toHaveProperty('kind', 'ready');
  });

  it('at scope 2 the debugger with ambient capabilities holds what the program needs, and no more', () => {
    const system = exampleSystem({ limits: { ptraceScope: known(2, 'a test') } });
    expect(launch('ambient-debugger', {}, system)).toMatchObject({ kind: 'refused', ...refusal });
    const needed = setOf(CAP_SYS_PTRACE);
    expect(launch('ambient-debugger', {}, system, needed)).toHaveProperty('kind', 'ready');
  });
});

describe('the ambient launcher', () => {
  const all = { permitted: admin, effective: admin, inheritable: admin, ambient: admin };
  const nothing = {
    permitted: emptySet,
    effective: emptySet,
    inheritable: emptySet,
    ambient: emptySet,
  };

  it.each([
    ['from root’s, by way of sudo', {}],
    ['from its own permitted set', { permitted: admin | raw, bounding: emptySet }],
    ['from its own with no_new_privs', { permitted: admin, noNewPrivs: true }],
    ['from its own where root holds nothing', { permitted: admin, securebits: SECBIT_NOROOT }],
    ['from its own in a namespace without root', { permitted: admin, userNamespace: unmapped }],
    ['where it is ambient already', { ambient: admin, securebits: SECBIT_NO_CAP_AMBIENT_RAISE }],
    ['from root’s in a user namespace', { userNamespace: child }],
  ])('raises what is needed %s', (_, old) => {
    const raised = {
      kind: 'ready',
      caller: { credentials: { ...exampleUser, ...old, ...all } },
      reasons: [{ rule: 'ambient-raised', capabilities: admin }],
    };
    expect(launch('ambient', old)).toMatchObject({
      ...raised,
      caller: { ...raised.caller, tracer: null },
    });
    expect(launch('ambient-debugger', old)).toMatchObject({
      ...raised,
      caller: { ...raised.caller, tracer: { sysPtrace: false } },
    });
    expect(launch('ambient', old)).toHaveProperty('reasons.length', 1);
  });

  it.each([
    ['bounding-set', { bounding: without(allNamed, admin) }],
    ['no-new-privs', { noNewPrivs: true }],
    ['securebits', { securebits: SECBIT_NO_CAP_AMBIENT_RAISE, permitted: admin }],
    ['securebits', { securebits: SECBIT_NOROOT }],
    ['no-root-in-namespace', { userNamespace: unmapped }],
  ])('cannot raise it: %s %#', (cause, old) => {
    const failed = {
      kind: 'ready',
      caller: { credentials: { ...exampleUser, ...old, ...nothing } },
      reasons: [
        { rule: 'ambient-raised', capabilities: emptySet },
        { rule: 'ambient-not-raised', missing: admin, cause },
      ],
    };
    expect(launch('ambient', old)).toMatchObject(failed);
    expect(launch('ambient-debugger', old)).toMatchObject(failed);
  });

  it('raises what it can of what is needed', () => {
    const old = { bounding: without(allNamed, admin) };
    expect(launch('ambient', old, exampleSystem({}), admin | raw)).toMatchObject({
      caller: { credentials: { ambient: raw } },
      reasons: [
        { rule: 'ambient-raised', capabilities: raw },
        { rule: 'ambient-not-raised', missing: admin },
      ],
    });
  });

  it('can trace a program that needs CAP_SYS_PTRACE itself', () => {
    const needed = setOf(CAP_SYS_PTRACE);
    expect(launch('ambient-debugger', {}, exampleSystem({}), needed)).toMatchObject({
      caller: { tracer: { sysPtrace: true } },
    });
  });
});

describe('a sandbox', () => {
  const limited = (limits: Partial<System['limits']>) => exampleSystem({ limits });
  const noClone = { unprivilegedUserNamespaces: known(0, 'a test') };

  it('is a user namespace in which the user holds all, and a network namespace of its own', () => {
    const system = exampleSystem({
      limits: {
        unprivilegedPortStart: known(0, 'a test'),
        pingGroupRange: known([0, 9], 'a test'),
      },
    });
    const old = {
      uid: { real: 1, effective: 1000, saved: 2 },
      gid: { real: 3, effective: 2000, saved: 4 },
      bounding: emptySet,
      securebits: SECBIT_NOROOT,
      noNewPrivs: true,
    };
    const made = {
      id: 'sandbox',
      parent: initial,
      ownerUid: 1000,
      uidMap: [{ inside: 1000, base: 1000, count: 1 }],
      gidMap: [{ inside: 2000, base: 2000, count: 1 }],
    };
    expect(launch('sandbox', old, system)).toEqual({
      kind: 'ready',
      caller: {
        credentials: {
          ...exampleUser,
          ...old,
          permitted: allNamed,
          effective: allNamed,
          inheritable: allNamed,
          bounding: allNamed,
          ambient: allNamed,
          securebits: 0,
          userNamespace: made,
        },
        tracer: null,
        sharesFs: false,
      },
      network: { id: 'sandbox', owner: made },
      tun: {
        ...system.tun,
        devices: known([], 'a new network namespace is empty'),
        interfaces: known(['lo'], 'a new network namespace is empty'),
      },
      limits: {
        ...system.limits,
        unprivilegedPortStart: known(1024, 'the default of a new network namespace'),
        pingGroupRange: known([1, 0], 'the default of a new network namespace'),
      },
      reasons: [{ rule: 'sandbox-created' }],
    });
  });

  it('holds what the kernel knows', () => {
    expect(launch('sandbox', {}, { ...exampleSystem({}), kernelRelease: '5.7' })).toMatchObject({
      caller: { credentials: { bounding: (1n << 38n) - 1n } },
    });
  });

  it.each([
    ['max-user-namespaces', 'ENOSPC', { maxUserNamespaces: known(0, 'a test') }, {}],
    [
      'max-user-namespaces',
      'ENOSPC',
      { maxUserNamespaces: known(0, 'a test') },
      { effective: setOf(CAP_SYS_ADMIN) },
    ],
    ['unprivileged-userns-clone', 'EPERM', noClone, {}],
    ['unprivileged-userns-clone', 'EPERM', noClone, { effective: admin }],
  ] as const)('is refused: %s, %s %#', (cause, errno, limits, old) => {
    const call = 'unshare(CLONE_NEWUSER)';
    expect(launch('sandbox', old, limited(limits))).toEqual({
      kind: 'refused',
      call,
      errno,
      reasons: [{ rule: 'sandbox-refused', cause, call, errno }],
    });
  });

  it.each([
    [false, 'attempt', 'unshare(CLONE_NEWUSER)', 'ENOSPC'],
    [false, 'attempt', 'write(/proc/self/uid_map)', 'EPERM'],
    [true, 'chrooted', 'unshare(CLONE_NEWUSER)', 'EPERM'],
  ] as const)(
    'is refused where it was tried (in a chroot: %s): %s, %s %s',
    (chrooted, cause, call, errno) => {
      const sandboxAttempt = known({ refusal: { call, errno }, chrooted }, 'a test');
      expect(launch('sandbox', {}, exampleSystem({ launcher: { sandboxAttempt } }))).toEqual({
        kind: 'refused',
        call,
        errno,
        reasons: [{ rule: 'sandbox-refused', cause, call, errno }],
      });
      // A cause that is known for itself says more than the attempt.
      const system = exampleSystem({
        launcher: { sandboxAttempt },
        limits: { maxUserNamespaces: known(0, 'a test') },
      });
      expect(launch('sandbox', {}, system)).toMatchObject({
        reasons: [{ cause: 'max-user-namespaces' }],
      });
    },
  );

  it('is made where nothing could be tried', () => {
    const launcher = { sandboxAttempt: unknown('it is dark', 'a test') };
    expect(launch('sandbox', {}, exampleSystem({ launcher }))).toMatchObject({ kind: 'ready' });
  });

  it('is refused where no network namespace can be made', () => {
    expect(
      launch('sandbox', {}, limited({ maxNetworkNamespaces: known(0, 'a test') })),
    ).toMatchObject({
      kind: 'refused',
      call: 'unshare(CLONE_NEWNET)',
      errno: 'ENOSPC',
      reasons: [{ cause: 'max-net-namespaces' }],
    });
  });

  it.each([
    ['an unconfined process', 'unconfined', 1, {}, true],
    [
      'an unconfined process with CAP_SYS_ADMIN',
      'unconfined',
      1,
      { effective: setOf(CAP_SYS_ADMIN) },
      false,
    ],
    ['a process with a profile, which says for itself', 'vscode (unconfined)', 1, {}, false],
    ['a process without a label', null, 1, {}, false],
    ['an unconfined process where the switch is off', 'unconfined', 0, {}, false],
  ] as const)(
    'AppArmor’s restriction, read and not observed: %s',
    (_, securityLabel, value, old, refused) => {
      const system = exampleSystem({
        launcher: { securityLabel, sandboxAttempt: unknown('nobody tried', 'a test') },
        limits: { appArmorUserNamespaces: known(value, 'a test') },
      });
      expect(launch('sandbox', old, system)).toMatchObject(
        refused
          ? {
              kind: 'refused',
              call: 'write(/proc/self/uid_map)',
              errno: 'EPERM',
              reasons: [{ cause: 'apparmor-restriction' }],
            }
          : { kind: 'ready' },
      );
    },
  );

  it('AppArmor’s restriction does not count where the attempt went well', () => {
    const system = exampleSystem({
      launcher: { securityLabel: 'unconfined' },
      limits: { appArmorUserNamespaces: known(1, 'a test') },
    });
    expect(launch('sandbox', {}, system)).toMatchObject({ kind: 'ready' });
  });

  it.each([
    ['a uid without a name', { uid: sameIds(7), userNamespace: ofTwo }, true],
    ['a gid without a name', { gid: sameIds(7), userNamespace: ofTwo }, true],
    ['ids with names', { userNamespace: ofTwo }, false],
  ])('of %s', (_, old, refused) => {
    const made = launch('sandbox', old, exampleSystem({}));
    expect(made).toMatchObject(
      refused
        ? { kind: 'refused', errno: 'EPERM', reasons: [{ cause: 'unmapped-ids' }] }
        : { kind: 'ready' },
    );
  });

  it.each([
    ['root without CAP_SETFCAP', { uid: sameIds(0) }, true],
    ['root with it', { uid: sameIds(0), effective: setOf(CAP_SETFCAP) }, false],
    ['the root of a namespace without it', { userNamespace: child }, true],
  ])('of %s', (_, old, refused) => {
    const made = launch('sandbox', old, exampleSystem({}));
    expect(made).toMatchObject(
      refused
        ? {
            kind: 'refused',
            call: 'write(/proc/self/uid_map)',
            errno: 'EPERM',
            reasons: [{ cause: 'root-without-setfcap' }],
          }
        : { kind: 'ready' },
    );
  });

  it.each([
    ['with CAP_SYS_ADMIN the switch does not count', noClone, { effective: setOf(CAP_SYS_ADMIN) }],
    ['one is enough', { maxUserNamespaces: known(1, 'a test') }, {}],
    [
      'what was not seen is not held against it',
      {
        maxUserNamespaces: unknown('it is dark', 'a test'),
        unprivilegedUserNamespaces: unknown('it is dark', 'a test'),
      },
      {},
    ],
  ])('is made: %s', (_, limits, old) => {
    expect(launch('sandbox', old, limited(limits))).toMatchObject({ kind: 'ready' });
  });
});

describe('a parent', () => {
  it.each([
    ['holds what is needed, within the bounding set', { bounding: admin }, admin | raw, admin],
    ['holds no more than that', { permitted: raw, inheritable: raw, ambient: raw }, admin, admin],
    ['gained nothing with no_new_privs', { noNewPrivs: true, permitted: raw }, admin, emptySet],
    ['kept what it held', { noNewPrivs: true, permitted: admin | raw }, admin, admin],
  ])('%s', (_, old, needed, held) => {
    expect(launch('child', old, exampleSystem({}), needed)).toMatchObject({
      kind: 'ready',
      caller: {
        credentials: {
          ...exampleUser,
          ...old,
          permitted: held,
          effective: held,
          ambient: emptySet,
        },
        tracer: null,
      },
      reasons: [{ rule: 'parent-holds', capabilities: held }],
    });
  });

  const aware = { ...exampleSystem({}), parent: { raisesAmbient: true } };

  it('raises what it holds, and keeps what was inheritable', () => {
    expect(launch('child', { inheritable: raw }, aware)).toMatchObject({
      caller: {
        credentials: {
          permitted: admin,
          effective: admin,
          inheritable: admin | raw,
          ambient: admin,
        },
      },
      reasons: [
        { rule: 'parent-holds', capabilities: admin },
        { rule: 'parent-raises-ambient', capabilities: admin },
      ],
    });
  });

  it('cannot raise where a securebit forbids it', () => {
    const old = { securebits: SECBIT_NO_CAP_AMBIENT_RAISE };
    expect(launch('child', old, aware)).toMatchObject({
      caller: { credentials: { permitted: admin, inheritable: emptySet, ambient: emptySet } },
      reasons: [
        { rule: 'parent-holds', capabilities: admin },
        { rule: 'ambient-not-raised', missing: admin, cause: 'securebits' },
      ],
    });
  });

  it.each([
    ['nothing without no_new_privs', {}],
    ['nothing where a securebit forbids it', { securebits: SECBIT_NO_CAP_AMBIENT_RAISE }],
  ])('that holds nothing raises %s', (_, old) => {
    expect(launch('child', { bounding: emptySet, ...old }, aware)).toMatchObject({
      caller: { credentials: { ambient: emptySet } },
      reasons: [{ rule: 'parent-holds', capabilities: emptySet }],
    });
  });
});
