/**
 * The judge judged: scenarios whose outcome capabilities(7) and the kernel's source settle by hand,
 * so that agreement with the model means agreement with the kernel. The model is not asked here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeBytes, type AttributeFields } from './attribute.ts';
import { build } from './build.ts';
import { KernelRunner, type Outcome } from './runner.ts';
import type { IdMap } from './stage.ts';
import type { FileSetup, Setup, Trace } from './scenario.ts';

interface Row {
  readonly title: string;
  readonly caller?: Partial<Setup['caller']>;
  readonly namespace?: Partial<Setup['namespace']>;
  readonly trace?: Partial<Trace>;
  /** The file executed first, and its interpreters. */
  readonly program?: Partial<FileSetup>;
  readonly interpreters?: readonly Partial<FileSetup>[];
  readonly outcome: Partial<Extract<Outcome, { exec: 'ok' }>> | { readonly exec: string };
}

const user = [1000, 1000, 1000] as [number, number, number];
const root = [0, 0, 0] as [number, number, number];
const netAdmin = '0x1000';
const all = '0x1ffffffffff';
const withoutNetAdmin = '0xfff';
const holdsNetAdmin = { permitted: netAdmin, effective: netAdmin, inheritable: netAdmin };
const ambientNetAdmin = { ...holdsNetAdmin, ambient: netAdmin };
const lateTraced = { form: 'traceme-last', sysPtrace: true } as const;
const rootIsUser: IdMap = [[0, 1000, 1]];
const onlyUser: IdMap = [[1000, 1000, 1]];

const gains = { permitted: netAdmin, effective: netAdmin, ambient: '0x0', secureExec: true };
const gainsNothing = { permitted: '0x0', effective: '0x0', ambient: '0x0', secureExec: true };
const unaffected = { permitted: '0x0', effective: '0x0', secureExec: false, dumpable: true };
const ambientKept = {
  permitted: netAdmin,
  effective: netAdmin,
  ambient: netAdmin,
  secureExec: false,
  dumpable: true,
};

const permittedEffective = attribute({ permitted: 0x1000n, effective: true });
const permittedOnly = attribute({ permitted: 0x1000n });
const inheritableEffective = attribute({ inheritable: 0x1000n, effective: true });
const empty = attribute({});

const rows: readonly Row[] = [
  { title: 'a plain file gives nothing', outcome: unaffected },
  {
    title: 'permitted and effective',
    program: { capability: permittedEffective },
    outcome: { ...gains, dumpable: false },
  },
  {
    title: 'permitted alone has to be raised by the program',
    program: { capability: permittedOnly },
    outcome: { ...gains, effective: '0x0' },
  },
  {
    title: 'inheritable, which the caller has not',
    program: { capability: inheritableEffective },
    outcome: gainsNothing,
  },
  {
    title: 'inheritable is not limited by the bounding set',
    caller: { inheritable: netAdmin, bounding: withoutNetAdmin },
    program: { capability: inheritableEffective },
    outcome: gains,
  },
  {
    title: 'effective beyond the bounding set',
    caller: { bounding: withoutNetAdmin },
    program: { capability: permittedEffective },
    outcome: { exec: 'EPERM' },
  },
  {
    title: 'effective beyond the bounding set, as root and with no_new_privs',
    caller: { uid: root, bounding: withoutNetAdmin, noNewPrivs: true },
    program: { capability: permittedEffective },
    outcome: { exec: 'EPERM' },
  },
  {
    title: 'permitted beyond the bounding set is lost in silence',
    caller: { bounding: withoutNetAdmin },
    program: { capability: permittedOnly },
    outcome: { permitted: '0x0', effective: '0x0' },
  },
  {
    title: 'nosuid: the attribute does not count, ambient stays',
    caller: ambientNetAdmin,
    program: { capability: permittedEffective, nosuid: true },
    outcome: ambientKept,
  },
  {
    title: 'a mount of another mount namespace is like nosuid',
    caller: ambientNetAdmin,
    program: { capability: permittedEffective, mode: 0o4755, foreign: true },
    outcome: ambientKept,
  },
  {
    title: 'an interpreter on a mount of another mount namespace is like nosuid',
    interpreters: [{ capability: permittedEffective, foreign: true }],
    outcome: unaffected,
  },
  { title: 'noexec', program: { noexec: true }, outcome: { exec: 'EACCES' } },
  {
    title: 'the root of a namespace that is not ours',
    caller: ambientNetAdmin,
    program: { capability: attribute({ permitted: 0x1000n, effective: true, rootId: 2000 }) },
    outcome: ambientKept,
  },
  {
    title: 'no_new_privs: the file gives nothing, and takes the ambient capability',
    caller: { ...ambientNetAdmin, noNewPrivs: true },
    program: { capability: attribute({ permitted: 0x2000n, effective: true }) },
    outcome: gainsNothing,
  },
  {
    title: 'a tracer without CAP_SYS_PTRACE',
    trace: lateTraced,
    program: { capability: permittedEffective },
    outcome: gainsNothing,
  },
  {
    title: 'a tracer without CAP_SYS_PTRACE, and nothing gained',
    caller: holdsNetAdmin,
    trace: lateTraced,
    program: { capability: permittedEffective },
    outcome: { ...gains, dumpable: true },
  },
  {
    title: 'a tracer with CAP_SYS_PTRACE',
    trace: { form: 'seize-first', sysPtrace: true },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a tracer that was root, without CAP_SYS_PTRACE',
    trace: { form: 'seize-first', sysPtrace: false },
    program: { capability: permittedEffective },
    outcome: gainsNothing,
  },
  {
    title: 'a process that shares the fs_struct',
    caller: { sharesFs: true },
    program: { capability: permittedEffective, mode: 0o4755 },
    outcome: { ...gainsNothing, uid: user },
  },
  {
    title: 'ambient survives no_new_privs, a tracer and nosuid',
    caller: { ...ambientNetAdmin, noNewPrivs: true },
    trace: lateTraced,
    program: { nosuid: true },
    outcome: ambientKept,
  },
  {
    title: 'an empty attribute takes the ambient capability',
    caller: ambientNetAdmin,
    program: { capability: empty },
    outcome: { permitted: '0x0', effective: '0x0', ambient: '0x0' },
  },
  {
    title: 'set-user-id root',
    caller: { bounding: '0x3fff' },
    program: { mode: 0o4755 },
    outcome: { uid: [1000, 0, 0], permitted: '0x3fff', effective: '0x3fff', dumpable: false },
  },
  {
    title: 'set-user-id root with an empty attribute',
    program: { mode: 0o4755, capability: empty },
    outcome: { uid: [1000, 0, 0], permitted: '0x0', effective: '0x0', secureExec: true },
  },
  {
    title: 'set-group-id needs group execution',
    program: { mode: 0o2745, gid: 2000 },
    outcome: { gid: user, secureExec: false },
  },
  {
    title: 'set-group-id',
    program: { mode: 0o2755, gid: 2000 },
    outcome: { gid: [1000, 2000, 2000], secureExec: true },
  },
  {
    title: 'root gets the bounding set, whatever the file has',
    caller: { uid: root, bounding: '0x3fff' },
    program: { capability: permittedOnly },
    outcome: { permitted: '0x3fff', effective: '0x3fff', secureExec: false },
  },
  {
    title: 'SECBIT_NOROOT makes root a user',
    caller: { uid: root, securebits: 1, permitted: all },
    outcome: { permitted: '0x0', effective: '0x0', securebits: 1 },
  },
  {
    title: 'SECBIT_KEEP_CAPS does not outlive execve',
    caller: { securebits: 0x50 },
    outcome: { securebits: 0x40 },
  },
  {
    title: 'the attribute of a script is ignored',
    program: { capability: permittedEffective, mode: 0o4755 },
    interpreters: [{}],
    outcome: { ...unaffected, uid: user },
  },
  {
    title: 'the attribute of a script’s interpreter counts',
    interpreters: [{ capability: permittedEffective }],
    outcome: gains,
  },
  {
    title: 'a namespace without root: everything is lost',
    namespace: { fresh: { uidMap: onlyUser, gidMap: [] } },
    caller: { permitted: all },
    outcome: unaffected,
  },
  {
    title: 'a namespace whose root the user is',
    namespace: { fresh: { uidMap: rootIsUser, gidMap: rootIsUser } },
    caller: { bounding: '0x3fff' },
    outcome: { uid: user, permitted: '0x3fff', effective: '0x3fff', secureExec: false },
  },
  {
    title: 'a namespace, and an attribute of the initial one',
    namespace: { fresh: { uidMap: onlyUser, gidMap: [] } },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a namespace, and an attribute of its root',
    namespace: { fresh: { uidMap: [[0, 2000, 1]], gidMap: [] } },
    program: { capability: attribute({ permitted: 0x1000n, effective: true, rootId: 2000 }) },
    outcome: gains,
  },
  {
    title: 'set-user-id to an id that the namespace does not map',
    namespace: { fresh: { uidMap: onlyUser, gidMap: [] } },
    program: { mode: 0o4755 },
    outcome: { uid: user, secureExec: false },
  },
  {
    title: 'revision 1',
    program: { capability: attribute({ revision: 1, permitted: 0x1000n, effective: true }) },
    outcome: gains,
  },
  { title: 'too short', program: { capability: '0x01000002' }, outcome: { exec: 'EINVAL' } },
  {
    title: 'too long',
    program: { capability: `0x${'ff'.repeat(40)}` },
    outcome: { exec: 'ERANGE' },
  },
  {
    title: 'not executable for the user',
    program: { mode: 0o744 },
    outcome: { exec: 'EACCES' },
  },
  {
    title: 'executable, not readable',
    program: { mode: 0o711 },
    outcome: { ...unaffected, dumpable: false },
  },
  {
    title: 'a tracer that asked nobody: the tracee was privileged when it asked',
    trace: { form: 'traceme-first', sysPtrace: true },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a tracer that came to a child with its parent, and is privileged no more',
    trace: { form: 'inherited', sysPtrace: true },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a tracer that is gone',
    trace: { form: 'detached', sysPtrace: false },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a tracer that owns the namespace needs no capability',
    namespace: { fresh: { uidMap: rootIsUser, gidMap: rootIsUser } },
    caller: { bounding: '0x3fff' },
    trace: { form: 'attach-last', uid: 1000, sysPtrace: false },
    program: { capability: permittedEffective },
    outcome: { permitted: '0x3fff' },
  },
  {
    title: 'gaining takes the parent death signal and the flags of a debugger',
    caller: { parentDeathSignal: 23, personality: 0x40000 },
    program: { capability: permittedEffective },
    outcome: { ...gains, parentDeathSignal: 0, personality: 0 },
  },
  {
    title: 'gaining nothing takes neither',
    caller: { parentDeathSignal: 23, personality: 0x40000 },
    outcome: { ...unaffected, parentDeathSignal: 23, personality: 0x40000 },
  },
  {
    title: 'a file system of the caller’s namespace: its root’s attribute counts',
    namespace: { kept: 1 },
    program: { store: 1, uid: 1000, gid: 1000, capability: permittedEffective },
    caller: { bounding: '0x3fff', uid: [2000, 2000, 2000] },
    outcome: gains,
  },
  {
    title: 'a file system of a namespace above: it counts too',
    namespace: { kept: 2 },
    program: { store: 1, uid: 1000, gid: 1000, capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a file system of a namespace below: nothing counts',
    program: { store: 1, uid: 1000, gid: 1000, mode: 0o4755, capability: permittedEffective },
    outcome: { ...unaffected, uid: user },
  },
  {
    title: 'the root of the grandparent namespace',
    namespace: { kept: 2 },
    program: { capability: attribute({ permitted: 0x1000n, effective: true, rootId: 1000 }) },
    outcome: gains,
  },
  {
    title: 'an idmapped mount shifts the owner whom set-user-id means',
    program: { idmap: 0, mode: 0o4755, uid: 1000 },
    outcome: { uid: [1000, 0, 0], secureExec: true },
  },
  {
    title: 'an idmapped mount makes root’s attribute another’s',
    program: { idmap: 0, capability: permittedEffective },
    outcome: unaffected,
  },
  {
    title: 'an idmapped mount makes another’s attribute root’s',
    program: {
      idmap: 0,
      capability: attribute({ permitted: 0x1000n, effective: true, rootId: 1000 }),
    },
    outcome: gains,
  },
  {
    title: 'binfmt_misc: the interpreter’s attribute counts',
    namespace: { kept: 0 },
    program: { handler: 'misc', mode: 0o4755 },
    interpreters: [{ capability: permittedEffective }],
    outcome: { ...gains, uid: user },
  },
  {
    title: 'binfmt_misc with C: the file’s attribute counts',
    namespace: { kept: 0 },
    program: { handler: 'miscC', capability: permittedEffective },
    interpreters: [{ mode: 0o4755 }],
    outcome: { ...gains, uid: user },
  },
  {
    title: 'binfmt_misc with F: nobody asks whether the interpreter may be executed',
    namespace: { kept: 0 },
    program: { handler: 'miscF' },
    interpreters: [{ mode: 0o600 }],
    outcome: { ...unaffected, dumpable: false },
  },
  {
    title: 'binfmt_misc with O: the interpreter cannot be a script',
    namespace: { kept: 0 },
    program: { handler: 'miscO' },
    interpreters: [{ handler: 'script' }, {}],
    outcome: { exec: 'ENOEXEC' },
  },
];

describe('the kernel, by the runner', () => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await build());
  });
  afterAll(() => runner.dispose());

  it.each(rows)('$title', async (row) => {
    const { caller = {}, namespace = {}, trace, program = {}, interpreters = [], outcome } = row;
    const asked = { ...ordinary, ...caller };
    const measured = await runner.measure({
      caller: asked,
      namespace: { kept: null, fresh: null, ...namespace },
      trace: trace === undefined ? null : { ...anyTracer, ...trace },
      files: [program, ...interpreters].map((each, index) =>
        file({ ...(index < interpreters.length ? { handler: 'script' } : {}), ...each }),
      ),
    });
    expect(measured.caller).toMatchObject(reachable(asked));
    expect(measured.caller.tracer === null).toBe(trace === undefined || trace.form === 'detached');
    expect(measured.outcome).toMatchObject({ exec: 'ok', ...outcome });
  });
});

const ordinary: Setup['caller'] = {
  uid: user,
  gid: user,
  groups: [1000],
  permitted: '0x0',
  effective: '0x0',
  inheritable: '0x0',
  bounding: all,
  ambient: '0x0',
  securebits: 0,
  noNewPrivs: false,
  sharesFs: false,
  parentDeathSignal: 0,
  personality: 0,
};

const anyTracer: Trace = { form: 'seize-last', uid: 0, sysPtrace: true, namespace: 'initial' };

function file(fields: Partial<FileSetup>): FileSetup {
  return {
    store: null,
    idmap: null,
    nosuid: false,
    noexec: false,
    foreign: false,
    mode: 0o755,
    uid: 0,
    gid: 0,
    capability: null,
    handler: null,
    ...fields,
  };
}

function attribute(fields: Partial<AttributeFields>): string {
  const revision = fields.rootId === undefined ? 2 : 3;
  return attributeBytes({
    revision,
    permitted: 0n,
    inheritable: 0n,
    effective: false,
    ...fields,
  });
}

/** What the kernel brings about is what was asked for, except that few machines give every capability. */
function reachable(caller: object): object {
  return Object.fromEntries(
    Object.entries(caller).map(([name, value]: [string, unknown]) => [
      name,
      value === all ? (expect.any(String) as unknown) : value,
    ]),
  );
}
