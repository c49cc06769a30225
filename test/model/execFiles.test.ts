/** Which files execve(2) opens, and whose credentials count: scripts, binfmt_misc, idmapped mounts, older kernels. */
import { describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN, CAP_SETUID } from '../../extension/model/capability.ts';
import { allNamed, emptySet, setOf } from '../../extension/model/capabilitySet.ts';
import type { Credentials } from '../../extension/model/credentials.ts';
import { execTransition, type ExecResult } from '../../extension/model/execTransition.ts';
import { encodeFileCapability } from '../../extension/model/fileCapability.ts';
import { kernelRules } from '../../extension/model/kernel.ts';
import {
  credentialFile,
  type BinfmtFlags,
  type ProgramFile,
} from '../../extension/model/programFile.ts';
import { exampleMount, exampleProgram, exampleUser } from '../../extension/rules/exampleSystem.ts';
import { child } from './namespaces.ts';

const admin = setOf(CAP_NET_ADMIN);
const program = exampleProgram;
const ep = program({ path: '/ep', capability: 'cap_net_admin=ep' });
const plain = program({ path: '/plain' });
const unreadable = program({ path: '/unreadable', mode: 0o711, uid: 0, gid: 0 });
const malformed: ProgramFile = {
  ...plain,
  capability: { kind: 'bytes', bytes: new Uint8Array(3) },
};
const gains = { kind: 'ok', credentials: { permitted: admin } };
const gainsNothing = { kind: 'ok', credentials: { permitted: emptySet } };

function exec(
  file: ProgramFile,
  { kernel = '6.18', ...old }: Partial<Credentials> & { readonly kernel?: string } = {},
): ExecResult {
  const caller = { credentials: { ...exampleUser, ...old }, tracer: null, sharesFs: false };
  return execTransition(caller, file, kernelRules(kernel));
}

function taken(flags: string, file: ProgramFile, interpreter: ProgramFile): ProgramFile {
  return { ...file, format: { kind: 'registered', interpreter, flags: flagsOf(flags) } };
}

function flagsOf(flags: string): BinfmtFlags {
  return {
    credentials: flags.includes('C'),
    openBinary: flags.includes('O'),
    fixBinary: flags.includes('F'),
  };
}

function script(file: ProgramFile, interpreter: ProgramFile): ProgramFile {
  return { ...file, format: { kind: 'script', interpreter } };
}

describe('a file that binfmt_misc takes', () => {
  it.each([
    ['', ep, plain, gainsNothing],
    ['', plain, ep, gains],
    ['O', ep, plain, gainsNothing],
    ['O', plain, ep, gains],
    ['C', ep, plain, gains],
    ['C', plain, ep, gainsNothing],
  ] as const)('with flags “%s”: the credentials are those of one of the two', (...row) => {
    const [flags, file, interpreter, result] = row;
    expect(exec(taken(flags, file, interpreter))).toMatchObject(result);
    const expected = flags === 'C' ? file.path : interpreter.path;
    expect(credentialFile(taken(flags, file, interpreter)).path).toBe(expected);
  });

  it.each([
    ['', unreadable, plain, true],
    ['', plain, unreadable, false],
    ['O', unreadable, plain, false],
    ['C', unreadable, plain, false],
    ['O', plain, plain, true],
  ] as const)('with flags “%s”: who may not read what is handed over', (...row) => {
    const [flags, file, interpreter, dumpable] = row;
    expect(exec(taken(flags, file, interpreter))).toMatchObject({ dumpable });
  });

  it('needs an interpreter that may be executed, unless it is open already', () => {
    const closed = program({ path: '/closed', mode: 0o644 });
    const noexec = program({ mount: { ...exampleMount, noexec: true } });
    expect(exec(taken('', plain, closed))).toMatchObject({ errno: 'EACCES' });
    expect(exec(taken('OC', plain, noexec))).toMatchObject({ errno: 'EACCES' });
    expect(exec(taken('F', plain, closed))).toMatchObject({ kind: 'ok' });
    expect(exec(script(plain, closed))).toMatchObject({ errno: 'EACCES' });
  });

  it.each(['O', 'C'])('with flag %s cannot be handed to an interpreter that needs one', (flag) => {
    const refused = { errno: 'ENOEXEC' };
    const rule = { rule: 'interpreter-takes-no-file', path: '/second' };
    const second = program({ path: '/second' });
    const first = exec(taken(flag, plain, script(second, plain)));
    expect(first).toMatchObject(refused);
    expect(first.reasons.at(-1)).toEqual(rule);
    expect(exec(taken(flag, plain, taken('', second, plain)))).toMatchObject(refused);
    const closed = program({ path: '/closed', mode: 0o644 });
    expect(exec(taken(flag, plain, script(second, closed)))).toMatchObject({ errno: 'EACCES' });
  });

  it('may be the interpreter of a script, and its interpreter a script', () => {
    expect(exec(script(plain, taken('C', ep, plain)))).toMatchObject(gains);
    expect(exec(taken('', plain, script(plain, ep)))).toMatchObject(gains);
    expect(credentialFile(script(plain, taken('C', ep, plain))).path).toBe('/ep');
    expect(credentialFile(plain)).toBe(plain);
  });

  it('says who runs it and whose credentials count', () => {
    const reason = { rule: 'interpreter-registered', path: '/ep', interpreter: '/plain' };
    expect(exec(taken('C', ep, plain)).reasons).toContainEqual({ ...reason, ownCredentials: true });
    expect(exec(taken('O', ep, plain)).reasons).toContainEqual({
      ...reason,
      ownCredentials: false,
    });
  });

  it('counts as a rewrite', () => {
    const nested = (count: number): ProgramFile =>
      count === 0 ? plain : taken('', plain, nested(count - 1));
    expect(exec(nested(5))).toMatchObject({ kind: 'ok' });
    expect(exec(nested(6))).toMatchObject({ errno: 'ELOOP' });
  });
});

describe('set-id bits of an interpreter that may not be executed', () => {
  const file = taken('F', plain, program({ mode: 0o4644, uid: 2000 }));

  it('are ignored since 6.11', () => {
    const result = exec(file);
    expect(result).toMatchObject({ credentials: { uid: { effective: 1000 } } });
    expect(result.reasons).toContainEqual({ rule: 'set-id-ignored', cause: 'not-executable' });
  });

  it('count before', () => {
    expect(exec(file, { kernel: '6.10' })).toMatchObject({
      credentials: { uid: { effective: 2000 } },
    });
  });
});

describe('on an idmapped mount', () => {
  const idmap = {
    uidMap: [
      { inside: 0, base: 1000, count: 1 },
      { inside: 5, base: 0, count: 1 },
    ],
    gidMap: [{ inside: 0, base: 1000, count: 1 }],
  };
  const mount = { ...exampleMount, idmap };
  const of = (change: Parameters<typeof exampleProgram>[0]): ProgramFile =>
    program({ gid: 0, mount, ...change });

  it('the shifted owner may do what owners may', () => {
    expect(exec(of({ uid: 0, mode: 0o700 }))).toMatchObject({ kind: 'ok', dumpable: true });
    expect(exec(of({ uid: 1000, mode: 0o700 }))).toMatchObject({ errno: 'EACCES' });
  });

  it('the interpreter’s owner is shifted too', () => {
    expect(exec(script(plain, of({ uid: 0, mode: 0o700 })))).toMatchObject({ kind: 'ok' });
    expect(exec(script(plain, of({ uid: 1000, mode: 0o700 })))).toMatchObject({ errno: 'EACCES' });
  });

  it('set-user-ID means the shifted owner', () => {
    const result = exec(of({ uid: 5, mode: 0o4755 }));
    expect(result).toMatchObject({ credentials: { uid: { effective: 0 }, permitted: allNamed } });
  });

  it('set-user-ID of nobody is ignored', () => {
    const { reasons } = exec(of({ uid: 7, mode: 0o4755 }));
    expect(reasons).toContainEqual({ rule: 'set-id-ignored', cause: 'unmapped' });
  });

  it('the root of the attribute is shifted', () => {
    expect(exec(of({ capability: 'cap_net_admin=ep' }))).toMatchObject(gainsNothing);
    const sets = { permitted: admin, inheritable: emptySet, effective: true };
    const bytes = encodeFileCapability({ ...sets, rootId: 5 });
    expect(exec({ ...of({}), capability: { kind: 'bytes', bytes } })).toMatchObject(gains);
  });
});

describe('before 5.8 the attribute of a script', () => {
  const before = { kernel: '5.7' };

  it('refuses the exec where it cannot be granted or read', () => {
    const bounded = { ...before, bounding: emptySet };
    const refused = exec(script(ep, plain), bounded);
    expect(refused).toMatchObject({ errno: 'EPERM' });
    expect(refused.reasons.map(({ rule }) => rule)).toEqual(['file-grants', 'beyond-bounding-set']);
    expect(exec(script(malformed, plain), before)).toMatchObject({ errno: 'EINVAL' });
    expect(exec(script(ep, plain), { bounding: emptySet })).toMatchObject({ kind: 'ok' });
    expect(exec(script(malformed, plain))).toMatchObject({ kind: 'ok' });
  });

  it('does not where the mount ignores it', () => {
    const mount = { ...exampleMount, nosuid: true };
    expect(exec(script({ ...malformed, mount }, plain), before)).toMatchObject({ kind: 'ok' });
  });

  it('grants nothing', () => {
    const { reasons } = exec(script(ep, plain), before);
    expect(reasons.map(({ rule }) => rule)).not.toContain('file-grants');
    expect(exec(script(ep, plain), before)).toMatchObject(gainsNothing);
  });
});

describe('revision 3', () => {
  const sets = { permitted: admin, inheritable: emptySet, effective: true };
  const bytes = encodeFileCapability({ ...sets, rootId: 1000 });
  const file: ProgramFile = { ...plain, capability: { kind: 'bytes', bytes } };

  it('is malformed before 4.14', () => {
    expect(exec(file, { kernel: '4.13' })).toMatchObject({ errno: 'EINVAL' });
    expect(exec(ep, { kernel: '4.13' })).toMatchObject(gains);
    expect(exec(file, { kernel: '4.14' })).toMatchObject(gainsNothing);
  });
});

describe('CAP_SETUID keeps a changed id in a downgrade', () => {
  const file = program({ mode: 0o4755, uid: 1001, gid: 1000 });
  const setuid = setOf(CAP_SETUID);
  const there = {
    ...child,
    uidMap: [{ inside: 0, base: 1000, count: 2 }],
  };
  const traced = (old: Partial<Credentials>, kernel: string): ExecResult =>
    execTransition(
      {
        credentials: { ...exampleUser, permitted: setuid, effective: setuid, ...old },
        tracer: { sysPtrace: false },
        sharesFs: false,
      },
      file,
      kernelRules(kernel),
    );
  const kept = { credentials: { uid: { effective: 1001 } } };
  const takenBack = { credentials: { uid: { effective: 1000 } } };

  it('in the user namespace of the process since 4.12', () => {
    expect(traced({ userNamespace: there }, '4.12')).toMatchObject(kept);
    expect(traced({ userNamespace: there }, '4.11')).toMatchObject(takenBack);
    expect(traced({}, '4.11')).toMatchObject(kept);
  });
});

describe('the parent death signal and the personality', () => {
  const leaves = { keepsParentDeathSignal: true, clearsPersonality: false };

  it.each([
    ['are left by a plain file', plain, {}, leaves],
    [
      'are taken where something is gained',
      ep,
      {},
      { keepsParentDeathSignal: false, clearsPersonality: true },
    ],
    [
      'are taken by set-user-ID',
      program({ mode: 0o4755, uid: 2000 }),
      {},
      { keepsParentDeathSignal: false, clearsPersonality: true },
    ],
    [
      'are taken by set-group-ID, even to one’s own group',
      program({ mode: 0o2755, gid: 1000 }),
      {},
      { keepsParentDeathSignal: true, clearsPersonality: true },
    ],
    [
      'the signal alone by secure execution',
      program({ capability: 'cap_net_admin=ep' }),
      { permitted: admin },
      { keepsParentDeathSignal: false, clearsPersonality: false },
    ],
    [
      'the signal alone where only an effective id falls back',
      plain,
      { uid: { real: 1000, effective: 2000, saved: 1000 }, noNewPrivs: true },
      { keepsParentDeathSignal: false, clearsPersonality: false },
    ],
  ] as const)('%s', (_, file, old, result) => {
    expect(exec(file, old)).toMatchObject(result);
  });
});
