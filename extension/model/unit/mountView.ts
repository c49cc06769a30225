import type { Directive } from './directives.ts';
import { pathText, type Sandbox } from './sandbox.ts';
import { valueOf } from './unit.ts';
import type { FolderAccess, PathFacts, UnitSystem } from './unitSystem.ts';

/** What a command has for a file system: a directory of the machine, and the mounts of the sandbox over it. */
export interface MountTree {
  /** The directory; empty where it is the machine’s own root. */
  readonly root: string;
  readonly mounts: readonly SandboxMount[];
}

/** Where a path of the tree lies on the machine, as long as nothing is mounted there. */
export function machinePath(root: string, path: string): string {
  return root !== '' && path === '/' ? root : `${root}${path}`;
}

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
  /** With a root of its own: the machine’s /dev. */
  'machine-dev',
  'kernel-view',
  'read-only',
  'read-write',
  'no-exec',
  'exec',
  'tmpfs',
  /** With a root of its own: an empty /run. */
  'own-run',
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
  const { settings, root } = sandbox;
  const asked: SandboxMount[] = [];
  const add = (
    kind: MountKind,
    directive: Directive,
    path: string,
    source: string | null,
    optional: boolean,
  ) => {
    asked.push({ path, kind, source, directive, noExec: kind === 'no-exec', optional });
  };
  const list = (
    directive:
      'ReadWritePaths' | 'ReadOnlyPaths' | 'InaccessiblePaths' | 'ExecPaths' | 'NoExecPaths',
    kind: MountKind,
  ) => {
    for (const { path, optional, belowRoot } of valueOf(settings, directive)) {
      const text = pathText(path);
      // Without `+` it is a path of the machine, and of no matter outside the root.
      const inside = text === null || belowRoot ? text : insideOf(root, text);
      if (inside !== null) add(kind, directive, inside, null, optional);
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
  const all = normalised(asked.map((mount) => ({ ...mount, path: placeOf(mount, asked) })));

  /** Where links lead, unless what is mounted above them hides them by then. */
  function placeOf({ path }: SandboxMount, others: readonly SandboxMount[]): string {
    const hidden = others.some(
      (other) => other.path !== path && covers(other.path, path) && changesContent(other.kind),
    );
    return hidden ? path : (insideOf(root, realPath(machinePath(root, path), paths)) ?? path);
  }

  const isThere = (mount: SandboxMount): boolean => {
    const { path, source, optional, kind } = mount;
    if (!optional) return true;
    if (source !== null) return paths.get(source)?.kind !== 'missing';
    if (makesItsPoint.includes(kind)) return true;
    const above = all.filter((each) => each !== mount && covers(each.path, path));
    const view = viewOf(path, { root, mounts: above });
    return view.kind === 'machine' && paths.get(view.path)?.kind !== 'missing';
  };
  return all.filter(isThere);
}

/**
 * The mount that cannot be made for want of its source, or of a path to mount on.
 *
 * @param inPlace whether they are made over the manager’s own, as they are with RootDirectory=/: a
 *   source is then looked for among those that are made already
 */
export function brokenMount(
  { root, mounts }: MountTree,
  paths: ReadonlyMap<string, PathFacts>,
  inPlace: boolean,
): SandboxMount | null {
  const broken = mounts.find((mount) => {
    if (mount.optional) return false;
    if (mount.source !== null) {
      const made = inPlace ? mounts.filter(({ path }) => path < mount.path) : [];
      const view = viewOf(mount.source, { root: '', mounts: made });
      return view.kind !== 'machine' || paths.get(view.path)?.kind === 'missing';
    }
    // Mounts are made from the root down: it is looked for among those above it.
    const above = mounts.filter((each) => each !== mount && covers(each.path, mount.path));
    const view = viewOf(mount.path, { root, mounts: above });
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

export function viewOf(path: string, { root, mounts }: MountTree): View {
  const above = mounts.filter((mount) => covers(mount.path, path) && changesContent(mount.kind));
  const deepest = deepestOf(above);
  if (deepest === null) return { kind: 'machine', path: machinePath(root, path) };
  switch (deepest.kind) {
    case 'inaccessible':
      return { kind: 'inaccessible', by: deepest };
    case 'bind': {
      const below = path.slice(deepest.path === '/' ? 0 : deepest.path.length);
      return { kind: 'machine', path: `${deepest.source ?? deepest.path}${below}` };
    }
    case 'machine-dev':
      return { kind: 'machine', path };
    default:
      return { kind: 'missing', by: deepest };
  }
}

/** What InaccessiblePaths= puts in the place of a directory: an empty one, which each manager makes for itself. */
export function closedDirectory({ credentials: { uid, gid } }: UnitSystem): FolderAccess {
  return { mode: 0, uid: uid.real, gid: gid.real };
}

/**
 * What lies where a path leads inside the sandbox, and the path of that without links; null for a link that was
 * looked at from outside the root in which it leads elsewhere.
 */
export function viewThrough(
  path: string,
  tree: MountTree,
  paths: ReadonlyMap<string, PathFacts>,
): { readonly view: View; readonly real: string } | null {
  const view = viewOf(path, tree);
  // A bind mount shows what lies elsewhere: only a link leads on.
  const led = view.kind === 'machine' ? realPath(view.path, paths) : path;
  if (view.kind !== 'machine' || led === view.path) return { view, real: path };
  const real = insideOf(tree.root, led);
  if (real === null) return null;
  const beyond = viewOf(real, tree);
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

/** The kinds that are mounted on a path that is made for them, where it is not there. */
const makesItsPoint: readonly MountKind[] = [
  ...(['bind', 'private-tmp', 'private-dev', 'machine-dev', 'kernel-view'] as const),
  ...(['tmpfs', 'own-run'] as const),
];

function changesContent(kind: MountKind): boolean {
  const all = ['inaccessible', 'bind', 'private-tmp', 'private-dev', 'machine-dev', 'tmpfs'];
  return all.includes(kind) || kind === 'own-run';
}

function* ofOptions(sandbox: Sandbox): Generator<readonly [Directive, MountKind, string]> {
  const { settings, protectSystem, protectHome, privateTmp, root } = sandbox;
  if (privateTmp) {
    yield ['PrivateTmp', 'private-tmp', '/tmp'];
    yield ['PrivateTmp', 'private-tmp', '/var/tmp'];
  }
  if (valueOf(settings, 'PrivateDevices')) yield ['PrivateDevices', 'private-dev', '/dev'];
  // MountAPIVFS= and what implies it put the machine’s there, unless something else is.
  const [kernelView] = sandbox.kernelViews;
  if (kernelView !== undefined) {
    for (const path of ['/proc', '/sys']) yield [kernelView, 'kernel-view', path];
    yield [kernelView, root === '' ? 'kernel-view' : 'machine-dev', '/dev'];
    yield [kernelView, root === '' ? 'kernel-view' : 'own-run', '/run'];
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

/** A path of the machine as it is called below a root; null for one that lies outside. */
export function insideOf(root: string, path: string): string | null {
  if (root === '') return path;
  if (path === root) return '/';
  return covers(root, path) ? path.slice(root.length) : null;
}

/** Mounts are made where links lead, as far as that was looked at. */
export function realPath(path: string, paths: ReadonlyMap<string, PathFacts>): string {
  const facts = paths.get(path);
  return facts === undefined || facts.kind === 'missing' ? path : facts.real;
}
