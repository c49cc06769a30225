/** The table of what execve(2) does, row by row: each line is one rule of the kernel by itself. */
import { describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN, CAP_NET_RAW, CAP_SETUID } from '../../extension/model/capability.ts';
import { allNamed, emptySet, setOf, without } from '../../extension/model/capabilitySet.ts';
import {
  ordinaryUser,
  SECBIT_KEEP_CAPS,
  SECBIT_NOROOT,
  type Credentials,
} from '../../extension/model/credentials.ts';
import { execTransition, type Caller } from '../../extension/model/execTransition.ts';
import { encodeFileCapability } from '../../extension/model/fileCapability.ts';
import { kernelRules } from '../../extension/model/kernel.ts';
import type { ProgramFile } from '../../extension/model/programFile.ts';
import type { ExecReason } from '../../extension/model/reason.ts';
import { exampleMount, exampleProgram, exampleUser } from '../../extension/rules/exampleSystem.ts';
import { child, ofTwo, sibling, unmapped } from './namespaces.ts';

const admin = setOf(CAP_NET_ADMIN);
const raw = setOf(CAP_NET_RAW);
const withoutAdmin = without(allNamed, admin);

interface Row {
  readonly title: string;
  readonly old?: Partial<Credentials>;
  readonly caller?: Partial<Omit<Caller, 'credentials'>>;
  readonly file?: ProgramFile;
  readonly kernel?: string;
  readonly after: Outcome;
  /** The rules of the chain, in order. */
  readonly rules?: readonly ExecReason['rule'][];
}

type Outcome =
  | { readonly errno: string }
  | (Partial<Credentials> & { readonly secureExec?: boolean; readonly dumpable?: boolean });

const program = exampleProgram;
const ep = program({ capability: 'cap_net_admin=ep' });
const root = { ...ordinaryUser(0, 0, allNamed), permitted: allNamed, effective: allNamed };
const ambientAdmin = { permitted: admin, effective: admin, inheritable: admin, ambient: admin };
const traced = { tracer: { sysPtrace: false } };
const setUserIdRoot = program({ mode: 0o4755, uid: 0, gid: 0 });

const nothing = { permitted: emptySet, effective: emptySet, ambient: emptySet };
const gained = { ...nothing, permitted: admin, effective: admin };
const unaffected = { ...nothing, secureExec: false, dumpable: true };
const keepsAmbient = { permitted: admin, effective: admin, ambient: admin, secureExec: false };

const rows: readonly Row[] = [
  {
    title: 'a plain file gives nothing',
    after: { ...unaffected, inheritable: emptySet, bounding: allNamed },
    rules: ['file-without-capabilities', 'ambient-empty'],
  },
  {
    title: '1 permitted and effective',
    file: ep,
    after: { ...gained, secureExec: true, dumpable: false },
    rules: ['file-grants', 'ambient-empty'],
  },
  {
    title: '2 permitted alone has to be raised',
    file: program({ capability: 'cap_net_admin=p' }),
    after: { ...gained, effective: emptySet, secureExec: true, dumpable: false },
    rules: ['file-grants', 'ambient-empty', 'effective-flag-missing'],
  },
  {
    title: '3 inheritable, and the process has it not',
    file: program({ capability: 'cap_net_admin=ei' }),
    after: { ...nothing, secureExec: true, dumpable: true },
    rules: ['file-grants', 'inheritable-unmet', 'ambient-empty'],
  },
  {
    title: '4 inheritable, and the process has it: beyond the bounding set',
    old: { inheritable: admin, bounding: withoutAdmin },
    file: program({ capability: 'cap_net_admin=ei' }),
    after: { ...gained, inheritable: admin, secureExec: true },
    rules: ['file-grants', 'inheritable-met', 'ambient-empty'],
  },
  {
    title: '5 effective beyond the bounding set',
    old: { bounding: withoutAdmin },
    file: ep,
    after: { errno: 'EPERM' },
    rules: ['file-grants', 'beyond-bounding-set'],
  },
  {
    title: '5 the same as root with no_new_privs',
    old: { ...root, bounding: withoutAdmin, noNewPrivs: true },
    file: ep,
    after: { errno: 'EPERM' },
  },
  {
    title: '5 not where the inheritable sets make up for it',
    old: { bounding: withoutAdmin, inheritable: admin },
    file: program({ capability: 'cap_net_admin=eip' }),
    after: gained,
  },
  {
    title: '5 one of two is enough',
    old: { bounding: withoutAdmin },
    file: program({ capability: 'cap_net_admin,cap_net_raw=ep' }),
    after: { errno: 'EPERM' },
  },
  {
    title: '6 permitted beyond the bounding set is missing without a word',
    old: { bounding: withoutAdmin },
    file: program({ capability: 'cap_net_admin,cap_net_raw=p' }),
    after: { ...nothing, permitted: raw, secureExec: true },
    rules: ['file-grants', 'beyond-bounding-set', 'ambient-empty', 'effective-flag-missing'],
  },
  {
    title: '7 nosuid: as if the file had none, and ambient is kept',
    old: ambientAdmin,
    file: program({ capability: 'cap_net_raw=ep', nosuid: true }),
    after: keepsAmbient,
    rules: ['file-grants', 'mount-ignores-privilege', 'ambient-kept'],
  },
  {
    title: '7 nosuid: a set-user-ID bit',
    file: program({ mode: 0o4755, uid: 0, nosuid: true }),
    after: { ...unaffected, uid: exampleUser.uid },
    rules: ['set-id-ignored', 'file-without-capabilities', 'ambient-empty'],
  },
  {
    title: '7 foreign mount',
    file: { ...ep, mount: { ...exampleMount, foreign: true } },
    after: unaffected,
  },
  {
    title: '7 mounted in another user namespace',
    file: { ...ep, mount: { ...exampleMount, superblockNamespace: child } },
    after: unaffected,
  },
  {
    title: '7 nosuid: a malformed attribute is not even read',
    file: { ...program({ nosuid: true }), capability: { kind: 'bytes', bytes: new Uint8Array(3) } },
    after: unaffected,
    rules: ['mount-ignores-privilege', 'ambient-empty'],
  },
  {
    title: '8 of another root: as if the file had none, and ambient is kept',
    old: ambientAdmin,
    file: ofRoot(1000),
    after: keepsAmbient,
    rules: ['file-grants', 'file-capabilities-of-other-namespace', 'ambient-kept'],
  },
  {
    title: '8 of a root whose id cannot be said here',
    file: { ...program({}), capability: { kind: 'other-namespace' } },
    after: unaffected,
    rules: ['file-capabilities-of-other-namespace', 'ambient-empty'],
  },
  {
    title: '8 of the root of the process’s namespace',
    old: { userNamespace: ofTwo },
    file: ofRoot(2000),
    after: gained,
  },
  {
    title: '8 of the root of a namespace above',
    old: { userNamespace: { ...unmapped, parent: child } },
    file: ofRoot(1000),
    after: gained,
  },
  {
    title: '8 of a root that the superblock’s namespace does not map',
    old: { userNamespace: ofTwo },
    file: { ...ofRoot(7), mount: { ...exampleMount, superblockNamespace: ofTwo } },
    after: unaffected,
  },
  {
    title: '8 the root id is one of the superblock’s namespace',
    old: { userNamespace: ofTwo },
    file: { ...ep, mount: { ...exampleMount, superblockNamespace: ofTwo } },
    after: gained,
  },
  {
    title: '9 no_new_privs: nothing is gained, ambient is lost, secure execution stays',
    old: { ...ambientAdmin, noNewPrivs: true },
    file: program({ capability: 'cap_net_raw=ep' }),
    after: { ...nothing, secureExec: true, dumpable: true, noNewPrivs: true },
    rules: ['file-grants', 'downgraded', 'ambient-cleared', 'permitted-not-passed-on'],
  },
  {
    title: '10 under ptrace likewise',
    caller: traced,
    file: ep,
    after: { ...nothing, secureExec: true, dumpable: true },
    rules: ['file-grants', 'downgraded', 'ambient-empty'],
  },
  {
    title: '10 where another process shares the filesystem information likewise',
    caller: { sharesFs: true },
    file: ep,
    after: { ...nothing, secureExec: true },
  },
  {
    title: '11 under ptrace, held before: nothing is gained and nothing is cut',
    old: { permitted: admin },
    caller: traced,
    file: ep,
    after: { ...gained, secureExec: true, dumpable: true },
    rules: ['file-grants', 'held-before', 'ambient-empty'],
  },
  {
    title: '11 what was held is kept of what is gained',
    old: { permitted: admin },
    caller: traced,
    file: program({ capability: 'cap_net_admin,cap_net_raw=ep' }),
    after: gained,
  },
  {
    title: '12 a tracer with CAP_SYS_PTRACE does not count',
    caller: { tracer: { sysPtrace: true } },
    file: ep,
    after: { ...gained, secureExec: true },
    rules: ['file-grants', 'tracer-privileged', 'ambient-empty'],
  },
  {
    title: '12 but no_new_privs does all the same',
    old: { noNewPrivs: true },
    caller: { tracer: { sysPtrace: true } },
    file: ep,
    after: nothing,
  },
  {
    title: '12 such a tracer and nothing to gain',
    caller: { tracer: { sysPtrace: true } },
    after: unaffected,
    rules: ['file-without-capabilities', 'ambient-empty'],
  },
  {
    title: '12 such a tracer and a set-user-ID bit of nobody in particular',
    caller: { tracer: { sysPtrace: true } },
    file: program({ mode: 0o4755, uid: 2000 }),
    after: { uid: { real: 1000, effective: 2000, saved: 2000 } },
    rules: ['set-user-id', 'file-without-capabilities', 'tracer-privileged', 'ambient-empty'],
  },
  {
    title: '13 ambient passes through a plain file',
    old: ambientAdmin,
    after: { ...keepsAmbient, dumpable: true },
    rules: ['file-without-capabilities', 'ambient-kept'],
  },
  {
    title: '13 with no_new_privs, under ptrace and on nosuid',
    old: { ...ambientAdmin, noNewPrivs: true },
    caller: traced,
    file: program({ nosuid: true }),
    after: { ...keepsAmbient, dumpable: true },
  },
  {
    title: '14 a file with capabilities of its own clears ambient',
    old: ambientAdmin,
    file: program({ capability: 'cap_net_raw=ep' }),
    after: { ...nothing, permitted: raw, effective: raw, secureExec: true },
    rules: ['file-grants', 'ambient-cleared', 'permitted-not-passed-on'],
  },
  {
    title: '14 and so does an empty attribute',
    old: ambientAdmin,
    file: program({ capability: '' }),
    after: { ...nothing, secureExec: false },
    rules: ['file-capabilities-empty', 'ambient-cleared', 'permitted-not-passed-on'],
  },
  {
    title: '15 set-user-ID root gains all, and inheritable beside',
    old: { inheritable: admin, bounding: withoutAdmin },
    file: setUserIdRoot,
    after: {
      uid: { real: 1000, effective: 0, saved: 0 },
      permitted: allNamed,
      effective: allNamed,
      ambient: emptySet,
      secureExec: true,
      dumpable: false,
    },
    rules: ['set-user-id', 'file-without-capabilities', 'root-gains-all', 'ambient-empty'],
  },
  {
    title: '15 set-user-ID root clears ambient',
    old: ambientAdmin,
    file: setUserIdRoot,
    after: { permitted: allNamed, ambient: emptySet },
    rules: ['set-user-id', 'file-without-capabilities', 'root-gains-all', 'ambient-cleared'],
  },
  {
    title: '16 set-user-ID root with file capabilities has only these',
    file: program({ mode: 0o4755, uid: 0, capability: 'cap_net_admin=ep' }),
    after: { uid: { real: 1000, effective: 0, saved: 0 }, permitted: admin, effective: admin },
    rules: ['set-user-id', 'file-grants', 'root-limited-to-file-capabilities', 'ambient-empty'],
  },
  {
    title: '16 and none where they are empty',
    file: program({ mode: 0o4755, uid: 0, capability: '' }),
    after: { uid: { real: 1000, effective: 0, saved: 0 }, ...nothing, secureExec: true },
  },
  {
    title: '17 root is not limited by them, and loses ambient',
    old: { ...root, inheritable: raw, ambient: raw },
    file: ep,
    after: { permitted: allNamed, effective: allNamed, ambient: emptySet, secureExec: false },
  },
  {
    title: '17 root by the real id alone: all permitted, nothing effective',
    old: { ...root, uid: { real: 0, effective: 1000, saved: 0 } },
    after: { permitted: allNamed, effective: emptySet },
    rules: [
      'file-without-capabilities',
      'root-gains-all',
      'ambient-empty',
      'effective-flag-missing',
    ],
  },
  {
    title: '17 root by the real id alone with an effective file capability: all effective',
    old: { ...root, uid: { real: 0, effective: 1000, saved: 0 } },
    file: ep,
    after: { permitted: allNamed, effective: allNamed },
  },
  {
    title: '17 root by the effective id alone',
    old: { uid: { real: 1000, effective: 0, saved: 0 } },
    after: { permitted: allNamed, effective: allNamed },
  },
  {
    title: '18 NOROOT makes root an ordinary user',
    old: { ...root, securebits: SECBIT_NOROOT },
    after: nothing,
    rules: ['file-without-capabilities', 'ambient-empty', 'permitted-not-passed-on'],
  },
  {
    title: '19 set-group-ID to a group of the process keeps ambient',
    old: { ...ambientAdmin, groups: [2000] },
    file: program({ mode: 0o2755, gid: 2000 }),
    after: {
      ...keepsAmbient,
      gid: { real: 1000, effective: 2000, saved: 2000 },
      secureExec: true,
      dumpable: false,
    },
    rules: ['set-group-id', 'file-without-capabilities', 'ambient-kept'],
  },
  {
    title: '19 not before 6.16',
    kernel: '6.15',
    old: { ...ambientAdmin, groups: [2000] },
    file: program({ mode: 0o2755, gid: 2000 }),
    after: { ...nothing, secureExec: true },
  },
  {
    title: '19 set-group-ID to another group clears ambient',
    old: ambientAdmin,
    file: program({ mode: 0o2755, gid: 2000 }),
    after: nothing,
    rules: [
      'set-group-id',
      'file-without-capabilities',
      'ambient-cleared',
      'permitted-not-passed-on',
    ],
  },
  {
    title: '19 set-group-ID without x for the group is another thing altogether',
    old: ambientAdmin,
    file: program({ mode: 0o2745, gid: 2000 }),
    after: { ...keepsAmbient, gid: exampleUser.gid },
  },
  {
    title: '20 effective user id other than the real one keeps ambient',
    old: { ...ambientAdmin, uid: { real: 1000, effective: 2000, saved: 1000 } },
    after: { ...keepsAmbient, secureExec: true, uid: { real: 1000, effective: 2000, saved: 2000 } },
  },
  {
    title: '20 not before 6.16',
    kernel: '6.15',
    old: { ...ambientAdmin, uid: { real: 1000, effective: 2000, saved: 1000 } },
    after: { ...nothing, secureExec: true },
  },
  {
    title: '20 nor with an effective group id other than the real one',
    kernel: '6.15',
    old: { ...ambientAdmin, gid: { real: 1000, effective: 2000, saved: 1000 } },
    after: { ...nothing, secureExec: true },
  },
  {
    title: '20 an effective group id other than the real one is secure execution',
    old: { gid: { real: 1000, effective: 2000, saved: 1000 } },
    after: { secureExec: true, dumpable: false },
  },
  {
    title: '20 the same ids are not, in both',
    kernel: '6.15',
    old: ambientAdmin,
    after: keepsAmbient,
  },
  {
    title: '21 a script’s attribute is ignored',
    file: { ...ep, format: { kind: 'script', interpreter: program({ path: '/bin/sh' }) } },
    after: unaffected,
    rules: ['interpreter-decides', 'file-without-capabilities', 'ambient-empty'],
  },
  {
    title: '21 and its interpreter’s counts',
    file: program({ format: { kind: 'script', interpreter: ep } }),
    after: gained,
  },
  {
    title: '23 in a user namespace without root all is lost',
    old: { permitted: allNamed, effective: allNamed, userNamespace: unmapped },
    after: { ...nothing, secureExec: false },
  },
  {
    title: '23 unless it is ambient',
    old: { ...ambientAdmin, userNamespace: unmapped },
    after: keepsAmbient,
  },
  {
    title: '24 in a child user namespace the initial root’s attribute counts',
    old: { userNamespace: ofTwo },
    file: ep,
    after: gained,
  },
  {
    title: 'the child’s root is root there',
    old: { userNamespace: child },
    after: { permitted: allNamed, effective: allNamed, secureExec: false },
  },
  {
    title: 'user 0 is not root in a namespace that does not map it',
    old: { ...ordinaryUser(0, 0, allNamed), userNamespace: sibling },
    after: nothing,
  },
  {
    title: 'set-user-ID where the group has no name in the namespace',
    old: { userNamespace: child },
    file: program({ mode: 0o4755, uid: 1000, gid: 0 }),
    after: { uid: exampleUser.uid },
    rules: ['set-id-ignored', 'file-without-capabilities', 'root-gains-all', 'ambient-empty'],
  },
  {
    title: 'set-user-ID where the owner has no name in the namespace',
    old: { userNamespace: child },
    file: program({ mode: 0o4755, uid: 0, gid: 1000 }),
    after: { uid: exampleUser.uid },
  },
  {
    title: 'set-user-ID with no_new_privs',
    old: { noNewPrivs: true },
    file: setUserIdRoot,
    after: { ...unaffected, uid: exampleUser.uid },
    rules: ['set-id-ignored', 'file-without-capabilities', 'ambient-empty'],
  },
  {
    title: 'set-user-ID under ptrace falls back to the real ids',
    caller: traced,
    file: setUserIdRoot,
    after: { ...nothing, uid: exampleUser.uid, gid: exampleUser.gid, secureExec: true },
    rules: [
      'set-user-id',
      'file-without-capabilities',
      'root-gains-all',
      'downgraded',
      'ambient-empty',
    ],
  },
  {
    title: 'set-group-ID under ptrace likewise, where nothing is gained',
    caller: traced,
    file: program({ mode: 0o2755, gid: 2000 }),
    after: { gid: exampleUser.gid },
    rules: ['set-group-id', 'file-without-capabilities', 'downgraded', 'ambient-empty'],
  },
  {
    title: 'set-user-ID under ptrace keeps the new id for who has CAP_SETUID',
    old: { permitted: setOf(CAP_SETUID), effective: setOf(CAP_SETUID) },
    caller: traced,
    file: setUserIdRoot,
    after: {
      uid: { real: 1000, effective: 0, saved: 0 },
      permitted: setOf(CAP_SETUID),
      effective: setOf(CAP_SETUID),
    },
  },
  {
    title: 'CAP_SETUID does not help with no_new_privs',
    old: {
      permitted: setOf(CAP_SETUID),
      effective: setOf(CAP_SETUID),
      noNewPrivs: true,
      uid: { real: 1000, effective: 2000, saved: 1000 },
    },
    file: ep,
    after: { uid: exampleUser.uid },
  },
  {
    title: 'under ptrace with nothing to gain nothing is said',
    caller: traced,
    after: unaffected,
    rules: ['file-without-capabilities', 'ambient-empty'],
  },
  {
    title: 'the saved ids become the effective ones',
    old: {
      uid: { real: 1000, effective: 1000, saved: 0 },
      gid: { real: 1000, effective: 1000, saved: 0 },
    },
    after: { uid: exampleUser.uid, gid: exampleUser.gid },
  },
  {
    title: 'permitted is not passed on',
    old: { permitted: admin | raw, effective: admin, inheritable: raw },
    after: { ...nothing, inheritable: raw },
    rules: ['file-without-capabilities', 'ambient-empty', 'permitted-not-passed-on'],
  },
  {
    title: 'KEEP_CAPS ends, and no other securebit',
    old: { securebits: SECBIT_KEEP_CAPS | SECBIT_NOROOT },
    after: { securebits: SECBIT_NOROOT },
  },
  {
    title: 'bits beyond the kernel’s last capability are dropped from the permitted file set',
    kernel: '5.7',
    file: program({ capability: 'cap_net_admin,cap_bpf=ep' }),
    after: gained,
  },
  {
    title: 'and from the inheritable one',
    kernel: '5.7',
    old: { inheritable: allNamed },
    file: program({ capability: 'cap_net_admin,cap_bpf=ei' }),
    after: gained,
  },
  {
    title: 'an inheritable file capability beside a permitted one is not unmet',
    file: program({ capability: 'cap_net_admin=eip' }),
    after: gained,
    rules: ['file-grants', 'ambient-empty'],
  },
  {
    title: 'a binary that the caller may not read is not dumpable',
    file: program({ mode: 0o711, uid: 0, gid: 0 }),
    after: { ...unaffected, dumpable: false },
  },
  {
    title: 'a malformed attribute fails the exec',
    file: { ...program({}), capability: { kind: 'bytes', bytes: new Uint8Array(3) } },
    after: { errno: 'EINVAL' },
    rules: ['file-capabilities-malformed'],
  },
  {
    title: 'one that is too long with another errno',
    file: { ...program({}), capability: { kind: 'bytes', bytes: new Uint8Array(25) } },
    after: { errno: 'ERANGE' },
    rules: ['file-capabilities-malformed'],
  },
  {
    title: 'a file without x',
    file: program({ mode: 0o644 }),
    after: { errno: 'EACCES' },
    rules: ['not-executable'],
  },
  {
    title: 'a noexec mount',
    file: program({ mount: { ...exampleMount, noexec: true } }),
    after: { errno: 'EACCES' },
    rules: ['noexec-mount'],
  },
  {
    title: 'permission is asked before what the attribute says',
    old: { bounding: withoutAdmin },
    file: { ...ep, mode: 0o644 },
    after: { errno: 'EACCES' },
  },
  {
    title: 'an interpreter without x',
    file: program({ format: { kind: 'script', interpreter: program({ mode: 0o644 }) } }),
    after: { errno: 'EACCES' },
    rules: ['interpreter-decides', 'not-executable'],
  },
  {
    title: 'a format that nobody takes',
    file: program({ format: { kind: 'refused', errno: 'ENOEXEC', problem: 'of clay' } }),
    after: { errno: 'ENOEXEC' },
    rules: ['format-refused'],
  },
  { title: 'five scripts in a row', file: scripts(5), after: unaffected },
  {
    title: 'six scripts in a row',
    file: scripts(6),
    after: { errno: 'ELOOP' },
    rules: [...Array<ExecReason['rule']>(6).fill('interpreter-decides'), 'too-many-interpreters'],
  },
  {
    title: 'six scripts in a row, the last interpreter without x',
    file: scripts(6, program({ mode: 0o644 })),
    after: { errno: 'EACCES' },
  },
];

describe('execve', () => {
  it.each(rows)('$title', ({ old, caller, file = program({}), kernel = '6.18', after, rules }) => {
    const result = execTransition(
      { tracer: null, sharesFs: false, ...caller, credentials: { ...exampleUser, ...old } },
      file,
      kernelRules(kernel),
    );
    if (rules) expect(result.reasons.map(({ rule }) => rule)).toEqual(rules);
    if ('errno' in after) {
      expect(result).toMatchObject({ kind: 'error', errno: after.errno });
      return;
    }
    const { secureExec, dumpable, ...credentials } = after;
    expect(result).toMatchObject({
      kind: 'ok',
      credentials,
      ...(secureExec === undefined ? {} : { secureExec }),
      ...(dumpable === undefined ? {} : { dumpable }),
    });
  });
});

describe('a reason tells', () => {
  const reasons = (
    file: ProgramFile,
    old: Partial<Credentials> = {},
    caller: Partial<Caller> = {},
  ): readonly ExecReason[] =>
    execTransition(
      { tracer: null, sharesFs: false, ...caller, credentials: { ...exampleUser, ...old } },
      file,
      kernelRules('6.18'),
    ).reasons;
  const { path } = program({});

  it('what the file grants', () => {
    expect(reasons(program({ capability: 'cap_net_admin=ep cap_net_raw=i' }))).toContainEqual({
      rule: 'file-grants',
      path,
      permitted: admin,
      inheritable: raw,
      effective: true,
      revision: 2,
    });
  });

  it('which inheritable ones were met, and which not', () => {
    const file = program({ capability: 'cap_net_admin,cap_net_raw=ei' });
    const chain = reasons(file, { inheritable: admin });
    expect(chain).toContainEqual({ rule: 'inheritable-met', capabilities: admin });
    expect(chain).toContainEqual({ rule: 'inheritable-unmet', capabilities: raw });
  });

  it.each([
    [{ nosuid: true }, 'nosuid'],
    [{ foreign: true }, 'foreign'],
    [{ nosuid: true, foreign: true }, 'nosuid'],
    [{ superblockNamespace: child }, 'user-namespace'],
  ])('why the mount %j ignores it', (change, cause) => {
    const mount = { ...exampleMount, ...change };
    expect(reasons({ ...ep, mount })).toContainEqual({
      rule: 'mount-ignores-privilege',
      path,
      mountPoint: '/home',
      mountId: 31,
      cause,
    });
  });

  it.each([
    [{ nosuid: true }, {}, 'mount'],
    [{}, { noNewPrivs: true }, 'no-new-privs'],
    [{}, { userNamespace: unmapped }, 'unmapped'],
  ])('why a set-id bit is ignored: %j %j', (mount, old, cause) => {
    const file = program({ mode: 0o4755, uid: 0, mount: { ...exampleMount, ...mount } });
    expect(reasons(file, old)).toContainEqual({ rule: 'set-id-ignored', cause });
  });

  it('what a downgrade lost, and by what', () => {
    const all = { noNewPrivs: true, permitted: raw };
    const file = program({ capability: 'cap_net_admin,cap_net_raw=ep' });
    expect(reasons(file, all, { ...traced, sharesFs: true })).toContainEqual({
      rule: 'downgraded',
      causes: ['no-new-privs', 'ptrace', 'shared-fs'],
      lost: admin,
    });
    expect(reasons(file, { permitted: admin | raw }, { sharesFs: true })).toContainEqual({
      rule: 'held-before',
      causes: ['shared-fs'],
    });
  });

  it('what is permitted and not effective', () => {
    const file = program({ capability: 'cap_net_admin=p' });
    expect(reasons(file)).toContainEqual({ rule: 'effective-flag-missing', capabilities: admin });
  });

  it('which ambient ones were kept, and why they were cleared', () => {
    expect(reasons(program({}), ambientAdmin)).toContainEqual({
      rule: 'ambient-kept',
      capabilities: admin,
    });
    expect(reasons(program({ capability: '' }), ambientAdmin)).toContainEqual({
      rule: 'ambient-cleared',
      capabilities: admin,
      cause: 'file-capabilities',
    });
    expect(reasons(program({ mode: 0o4755, uid: 2000 }), ambientAdmin)).toContainEqual({
      rule: 'ambient-cleared',
      capabilities: admin,
      cause: 'id-change',
    });
  });

  it('what was permitted and is not passed on', () => {
    expect(reasons(program({}), { permitted: admin | raw })).toContainEqual({
      rule: 'permitted-not-passed-on',
      capabilities: admin | raw,
    });
  });

  it('by which id root gains all, and what', () => {
    expect(reasons(program({}), { ...root, bounding: withoutAdmin })).toContainEqual({
      rule: 'root-gains-all',
      capabilities: withoutAdmin,
      uid: 'effective',
    });
    const byReal = { ...root, uid: { real: 0, effective: 5, saved: 5 } };
    expect(reasons(program({}), byReal)).toContainEqual({
      rule: 'root-gains-all',
      capabilities: allNamed,
      uid: 'real',
    });
  });

  it('what is beyond the bounding set, and whether that is refused', () => {
    expect(reasons(ep, { bounding: withoutAdmin })).toContainEqual({
      rule: 'beyond-bounding-set',
      missing: admin,
      refused: true,
    });
    const quiet = program({ capability: 'cap_net_admin=p' });
    expect(reasons(quiet, { bounding: withoutAdmin })).toContainEqual({
      rule: 'beyond-bounding-set',
      missing: admin,
      refused: false,
    });
  });

  it('which file refused, and what was looked at', () => {
    expect(reasons(program({ mode: 0o644, uid: 7, gid: 8 }))).toEqual([
      { rule: 'not-executable', path, mode: 0o644, uid: 7, gid: 8 },
    ]);
    expect(reasons(program({ mount: { ...exampleMount, noexec: true } }))).toEqual([
      { rule: 'noexec-mount', path, mountPoint: '/home', mountId: 31 },
    ]);
    const clay = { kind: 'refused', errno: 'ENOEXEC', problem: 'it is of clay' } as const;
    expect(reasons(program({ format: clay }))).toEqual([
      { rule: 'format-refused', path, problem: 'it is of clay', errno: 'ENOEXEC' },
    ]);
    const file = program({ format: { kind: 'script', interpreter: program({ path: '/bin/sh' }) } });
    expect(reasons(file)).toContainEqual({
      rule: 'interpreter-decides',
      script: path,
      interpreter: '/bin/sh',
    });
  });

  it('whose root the attribute is of', () => {
    expect(reasons(ofRoot(1000))).toContainEqual({
      rule: 'file-capabilities-of-other-namespace',
      path,
      rootId: 1000,
    });
  });

  it('to which ids set-id bits lead', () => {
    const file = program({ mode: 0o6755, uid: 2000, gid: 3000 });
    expect(reasons(file).slice(0, 2)).toEqual([
      { rule: 'set-user-id', uid: 2000 },
      { rule: 'set-group-id', gid: 3000 },
    ]);
  });
});

/** `setcap -n rootId cap_net_admin=ep`. */
function ofRoot(rootId: number): ProgramFile {
  const bytes = encodeFileCapability({
    permitted: admin,
    inheritable: emptySet,
    effective: true,
    rootId,
  });
  return { ...program({}), capability: { kind: 'bytes', bytes } };
}

function scripts(count: number, last = program({})): ProgramFile {
  return count === 0
    ? last
    : program({ format: { kind: 'script', interpreter: scripts(count - 1, last) } });
}
