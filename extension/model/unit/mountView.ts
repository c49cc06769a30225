import type { Directive } from './directives.ts';
import { pathText, type Sandbox } from './sandbox.ts';
import { valueOf } from './unit.ts';
import type { PathFacts } from './unitSystem.ts';

/** A mount of the unit’s sandbox, as `setup_namespace()` in systemd’s `src/core/namespace.c` has them. */
export interface SandboxMount {
  readonly path: string;
  readonly kind: MountKind;
  /** Where a bind mount comes from. */
  readonly source: string | null;
  readonly directive: Directive;
  /** Whether NoExecPaths= names the path too. */
  readonly noExec: boolean;
  /** Whether nothing goes wrong where it cannot be made, or it makes its own mount point. */
  readonly optional: boolean;
}

/** In the order in which of two at one path the first counts (`MountMode`). */
const mountKinds = [
  'inaccessible',
  'bind',
  'private-tmp',
  'private-dev',
  'kernel-view',
  'read-only',
  'read-write',
  'no-exec',
  'exec',
  'tmpfs',
  'read-write-implicit',
] as const;

type MountKind = (typeof mountKinds)[number];

/**
 * @param sandboxed false for a command that runs without the sandbox: bind mounts, temporary file
 *   systems and writable paths are set up for it all the same
 */
export function sandboxMounts(
  sandbox: Sandbox,
  sandboxed: boolean,
  paths: ReadonlyMap<string, PathFacts>,
): readonly SandboxMount[] {
  const { settings } = sandbox;
  const found: SandboxMount[] = [];
  const add = (
    kind: MountKind,
    directive: Directive,
    path: string,
    source: string | null,
    optional: boolean,
  ) => {
    const noExec = kind === 'no-exec';
    found.push({ path: realPath(path, paths), kind, source, directive, noExec, optional });
  };
  const list = (
    directive:
      'ReadWritePaths' | 'ReadOnlyPaths' | 'InaccessiblePaths' | 'ExecPaths' | 'NoExecPaths',
    kind: MountKind,
  ) => {
    for (const { path, optional } of valueOf(settings, directive)) {
      const text = pathText(path);
      if (text !== null) add(kind, directive, text, null, optional);
    }
  };
  list('ReadWritePaths', 'read-write');
  if (sandboxed) {
    list('ReadOnlyPaths', 'read-only');
    list('InaccessiblePaths', 'inaccessible');
    list('ExecPaths', 'exec');
    list('NoExecPaths', 'no-exec');
  }
  for (const { source, destination, optional } of valueOf(settings, 'BindPaths')) {
    const from = pathText(source);
    const to = pathText(destination);
    if (from !== null && to !== null) add('bind', 'BindPaths', to, from, optional);
  }
  for (const { path } of valueOf(settings, 'TemporaryFileSystem')) {
    const text = pathText(path);
    if (text !== null) add('tmpfs', 'TemporaryFileSystem', text, null, true);
  }
  if (sandboxed) {
    for (const [directive, kind, path] of ofOptions(sandbox)) {
      add(kind, directive, path, null, true);
    }
  }
  const isThere = ({ optional, source }: SandboxMount) =>
    !optional || source === null || paths.get(source)?.kind !== 'missing';
  return normalised(found).filter(isThere);
}

/**
 * The mount that cannot be made for want of its source, or of a path to mount on.
 *
 * @param inPlace whether they are made over the manager’s own, as they are with RootDirectory=/: a
 *   source is then looked for among those that are made already
 */
export function brokenMount(
  mounts: readonly SandboxMount[],
  paths: ReadonlyMap<string, PathFacts>,
  inPlace: boolean,
): SandboxMount | null {
  const broken = mounts.find((mount) => {
    if (mount.optional) return false;
    if (mount.source !== null) {
      const made = inPlace ? mounts.filter(({ path }) => path < mount.path) : [];
      const view = viewOf(mount.source, made);
      return view.kind !== 'machine' || paths.get(view.path)?.kind === 'missing';
    }
    // Mounts are made from the root down: it is looked for among those above it.
    const above = mounts.filter((each) => each !== mount && covers(each.path, mount.path));
    const view = viewOf(mount.path, above);
    return view.kind !== 'machine' || paths.get(view.path)?.kind === 'missing';
  });
  return broken ?? null;
}

/** What lies at a path inside the sandbox. */
export type View =
  /** What the machine has at that path. */
  | { readonly kind: 'machine'; readonly path: string }
  | { readonly kind: 'missing'; readonly by: SandboxMount }
  | { readonly kind: 'inaccessible'; readonly by: SandboxMount };

export function viewOf(path: string, mounts: readonly SandboxMount[]): View {
  const above = mounts.filter((mount) => covers(mount.path, path) && changesContent(mount.kind));
  const deepest = deepestOf(above);
  switch (deepest?.kind) {
    case 'inaccessible':
      return { kind: 'inaccessible', by: deepest };
    case 'bind': {
      const below = path.slice(deepest.path === '/' ? 0 : deepest.path.length);
      return { kind: 'machine', path: `${deepest.source ?? deepest.path}${below}` };
    }
    default:
      return deepest === null ? { kind: 'machine', path } : { kind: 'missing', by: deepest };
  }
}

/** What lies where a path leads inside the sandbox, and the path of that without links. */
export function viewThrough(
  path: string,
  mounts: readonly SandboxMount[],
  paths: ReadonlyMap<string, PathFacts>,
): { readonly view: View; readonly real: string } {
  const view = viewOf(path, mounts);
  // A bind mount shows what lies elsewhere: only a link leads on.
  const real = view.kind === 'machine' ? realPath(view.path, paths) : path;
  if (view.kind !== 'machine' || real === view.path) return { view, real: path };
  const beyond = viewOf(real, mounts);
  return { view: beyond.kind === 'machine' ? view : beyond, real };
}

/**
 * The mount on which the program may not be run. Every other mount of the sandbox below it stays as
 * it was, whatever it is for: `make_noexec()` leaves all of them out.
 */
export function noExecMount(path: string, mounts: readonly SandboxMount[]): SandboxMount | null {
  const deepest = deepestOf(mounts.filter((mount) => covers(mount.path, path)));
  return deepest?.noExec === true ? deepest : null;
}

/** The mount because of which nothing can be written at a path: the deepest one above it decides. */
export function readOnlyMount(path: string, mounts: readonly SandboxMount[]): SandboxMount | null {
  const deepest = deepestOf(mounts.filter((mount) => covers(mount.path, path)));
  const closed: readonly MountKind[] = ['read-only', 'inaccessible', 'tmpfs'];
  return deepest !== null && closed.includes(deepest.kind) ? deepest : null;
}

export function covers(directory: string, path: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

function changesContent(kind: MountKind): boolean {
  return ['inaccessible', 'bind', 'private-tmp', 'private-dev', 'tmpfs'].includes(kind);
}

function* ofOptions(sandbox: Sandbox): Generator<readonly [Directive, MountKind, string]> {
  const { settings, protectSystem, protectHome, privateTmp } = sandbox;
  if (privateTmp) {
    yield ['PrivateTmp', 'private-tmp', '/tmp'];
    yield ['PrivateTmp', 'private-tmp', '/var/tmp'];
  }
  if (valueOf(settings, 'PrivateDevices')) yield ['PrivateDevices', 'private-dev', '/dev'];
  // MountAPIVFS= and what implies it put the machine’s there, unless something else is.
  const [kernelView] = sandbox.kernelViews;
  if (kernelView !== undefined) {
    for (const path of ['/proc', '/dev', '/sys', '/run']) yield [kernelView, 'kernel-view', path];
  }
  if (valueOf(settings, 'ProtectKernelTunables')) {
    yield ['ProtectKernelTunables', 'read-only', '/sys'];
  }
  if (valueOf(settings, 'ProtectKernelModules')) {
    yield ['ProtectKernelModules', 'inaccessible', '/usr/lib/modules'];
  }
  const homes = ['/home', '/run/user', '/root'];
  const home = { no: null, yes: 'inaccessible', 'read-only': 'read-only', tmpfs: 'tmpfs' } as const;
  const homeKind = home[protectHome];
  if (homeKind !== null) {
    for (const path of homes) yield ['ProtectHome', homeKind, path];
  }
  if (protectSystem === 'strict') {
    yield ['ProtectSystem', 'read-only', '/'];
    for (const path of ['/proc', '/sys', '/dev', ...(protectHome === 'no' ? homes : [])]) {
      yield ['ProtectSystem', 'read-write-implicit', path];
    }
  } else if (protectSystem !== 'no') {
    for (const path of ['/usr', '/boot', '/efi']) yield ['ProtectSystem', 'read-only', path];
    if (protectSystem === 'full') yield ['ProtectSystem', 'read-only', '/etc'];
  }
}

/** `drop_duplicates()`, `drop_inaccessible()` and `drop_nop()`. */
function normalised(mounts: readonly SandboxMount[]): readonly SandboxMount[] {
  const rank = ({ kind }: SandboxMount) => mountKinds.indexOf(kind);
  const byPath = new Map<string, SandboxMount>();
  for (const mount of mounts) {
    const before = byPath.get(mount.path);
    const noExec = mount.noExec || before?.noExec === true;
    const first = before === undefined || rank(mount) < rank(before) ? mount : before;
    byPath.set(mount.path, { ...first, noExec });
  }
  const kept = [...byPath.values()];
  const closed = kept.filter(({ kind }) => kind === 'inaccessible');
  const open = kept.filter((mount) =>
    closed.every((each) => each === mount || !covers(each.path, mount.path)),
  );
  return open.filter((mount) => {
    if (!suppressible.includes(mount.kind)) return true;
    const above = open.filter((each) => each !== mount && covers(each.path, mount.path));
    const parent = deepestOf(above);
    return parent?.kind !== mount.kind;
  });
}

/** An entry of these kinds below one of its own kind is left out. */
const suppressible: readonly MountKind[] = ['read-only', 'read-write', 'read-write-implicit'];

function deepestOf(mounts: readonly SandboxMount[]): SandboxMount | null {
  let deepest: SandboxMount | null = null;
  for (const mount of mounts) {
    if (deepest === null || mount.path.length > deepest.path.length) deepest = mount;
  }
  return deepest;
}

/** Mounts are made where links lead, as far as that was looked at. */
export function realPath(path: string, paths: ReadonlyMap<string, PathFacts>): string {
  const facts = paths.get(path);
  return facts === undefined || facts.kind === 'missing' ? path : facts.real;
}
