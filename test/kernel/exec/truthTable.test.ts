/**
 * The judge judged: scenarios whose outcome capabilities(7) and the kernel's source settle by hand,
 * so that agreement with the model means agreement with the kernel. The model is not asked here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PredictProgram } from '../../../extension/protocol/predict.ts';
import { attributeBytes, type AttributeFields } from './attribute.ts';
import { build } from './build.ts';
import { KernelRunner, type Outcome } from './runner.ts';
import type { Setup, Trace } from './scenario.ts';

interface Row {
  readonly title: string;
  readonly caller?: Partial<Setup['caller']>;
  readonly trace?: Trace;
  readonly program?: Partial<PredictProgram>;
  readonly outcome: Partial<Extract<Outcome, { exec: 'ok' }>> | { readonly exec: string };
}

const user = [1000, 1000, 1000] as [number, number, number];
const root = [0, 0, 0] as [number, number, number];
const netAdmin = '0x1000';
const all = '0x1ffffffffff';
const withoutNetAdmin = '0xfff';
const holdsNetAdmin = { permitted: netAdmin, effective: netAdmin, inheritable: netAdmin };
const ambientNetAdmin = { ...holdsNetAdmin, ambient: netAdmin };
const plain = { nosuid: false, noexec: false, foreign: false };
const nosuid = { ...plain, nosuid: true };

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
    program: { capability: permittedEffective, mount: nosuid },
    outcome: ambientKept,
  },
  {
    title: 'a mount of another mount namespace is like nosuid',
    caller: ambientNetAdmin,
    program: { capability: permittedEffective, mode: 0o4755, mount: { ...plain, foreign: true } },
    outcome: ambientKept,
  },
  {
    title: 'an interpreter on a mount of another mount namespace is like nosuid',
    program: {
      interpreter: file({ capability: permittedEffective, mount: { ...plain, foreign: true } }),
    },
    outcome: unaffected,
  },
  { title: 'noexec', program: { mount: { ...plain, noexec: true } }, outcome: { exec: 'EACCES' } },
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
    trace: 'me-last',
    program: { capability: permittedEffective },
    outcome: gainsNothing,
  },
  {
    title: 'a tracer without CAP_SYS_PTRACE, and nothing gained',
    caller: holdsNetAdmin,
    trace: 'me-last',
    program: { capability: permittedEffective },
    outcome: { ...gains, dumpable: true },
  },
  {
    title: 'a tracer with CAP_SYS_PTRACE',
    trace: 'seized',
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a tracer that was root, without CAP_SYS_PTRACE',
    trace: 'seized-without',
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
    trace: 'me-last',
    program: { mount: nosuid },
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
    program: { capability: permittedEffective, mode: 0o4755, interpreter: file({}) },
    outcome: { ...unaffected, uid: user },
  },
  {
    title: 'the attribute of a script’s interpreter counts',
    program: { interpreter: file({ capability: permittedEffective }) },
    outcome: gains,
  },
  {
    title: 'a namespace without root: everything is lost',
    caller: { userNamespace: { uidMap: [[1000, 1000, 1]], gidMap: [] }, permitted: all },
    outcome: unaffected,
  },
  {
    title: 'a namespace whose root the user is',
    caller: {
      userNamespace: { uidMap: [[0, 1000, 1]], gidMap: [[0, 1000, 1]] },
      bounding: '0x3fff',
    },
    outcome: { uid: user, permitted: '0x3fff', effective: '0x3fff', secureExec: false },
  },
  {
    title: 'a namespace, and an attribute of the initial one',
    caller: { userNamespace: { uidMap: [[1000, 1000, 1]], gidMap: [] } },
    program: { capability: permittedEffective },
    outcome: gains,
  },
  {
    title: 'a namespace, and an attribute of its root',
    caller: { userNamespace: { uidMap: [[0, 2000, 1]], gidMap: [] } },
    program: { capability: attribute({ permitted: 0x1000n, effective: true, rootId: 2000 }) },
    outcome: gains,
  },
  {
    title: 'set-user-id to an id that the namespace does not map',
    caller: { userNamespace: { uidMap: [[1000, 1000, 1]], gidMap: [] } },
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
];

describe('the kernel, by the runner', () => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await build());
  });
  afterAll(() => runner.dispose());

  it.each(rows)('$title', async ({ caller = {}, trace = 'none', program = {}, outcome }) => {
    const { userNamespace, ...asked } = { ...ordinary, ...caller };
    const measured = await runner.measure({
      caller: { ...asked, userNamespace },
      trace,
      program: file(program),
    });
    expect(measured.caller).toMatchObject(reachable(asked));
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
  userNamespace: null,
};

function file(fields: Partial<PredictProgram>): PredictProgram {
  return {
    mode: 0o755,
    uid: 0,
    gid: 0,
    capability: null,
    mount: plain,
    interpreter: null,
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
