import { CAP_SYS_ADMIN } from '../../capability.ts';
import type { Directive } from '../directives.ts';
import { brokenMount, machinePath, sandboxMounts } from '../mountView.ts';
import { isOwnRoot } from '../sandbox.ts';
import { valueOf, type Settings } from '../unit.ts';
import {
  cannotTell,
  hasEnteredUserNamespace,
  may,
  refuse,
  type Child,
  type Ending,
} from './child.ts';
import { isDirectory } from './openRoot.ts';

/** `apply_mount_namespace()`, and the IPC namespace before it. */
export function mountSandbox(child: Child): Ending | null {
  const { namespacesTaken, sandbox, sandboxed, system } = child;
  const { settings } = sandbox;
  const entered = hasEnteredUserNamespace(child);
  if (namespacesTaken && sandboxed && valueOf(settings, 'PrivateIPC') && entered) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'PrivateIPC');
  }
  // The message queues of a namespace are for those who own it.
  if (sandboxed && entered && valueOf(settings, 'IPCNamespacePath') !== null) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'IPCNamespacePath');
  }
  // Observed on 262: the two together cannot be mounted.
  const bpfAndPids = valueOf(settings, 'PrivateBPF') && sandbox.privatePids;
  if (sandboxed && bpfAndPids && may(child, CAP_SYS_ADMIN)) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'PrivateBPF');
  }
  if (!sandbox.mountNamespace) return null;
  if (!may(child, CAP_SYS_ADMIN)) {
    return sandbox.insistsOnMounts ? refuseMounts(child, insisting(settings)) : null;
  }
  const { root } = sandbox;
  child.tree = { root, mounts: sandboxMounts(sandbox, sandboxed, system.paths) };
  const inPlace = isOwnRoot(settings);
  if (inPlace && system.rules.ownRootCannotBeMounted) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'RootDirectory');
  }
  if (inPlace && !mayShowRelease(child)) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'MountAPIVFS');
  }
  return (root === '' ? null : enterRoot(child)) ?? openLog(child) ?? checkMounts(child, inPlace);
}

function refuseMounts(child: Child, directive: Directive): Ending {
  const { account, system } = child;
  const setsGroups = (account.groups?.length ?? 0) > 0;
  return directive === 'LogNamespace' && setsGroups && system.rules.logNamespaceIsRefusedLate
    ? refuse(child, '216/GROUP', 'supplementary-groups', 'SupplementaryGroups')
    : refuse(child, '226/NAMESPACE', 'mounts-not-permitted', directive);
}

/** LogNamespace= mounts what a socket unit of the system’s makes: a unit of the user’s does not bring that along. */
function openLog(child: Child): Ending | null {
  const { sandbox, system } = child;
  const name = valueOf(sandbox.settings, 'LogNamespace');
  if (name === null || system.manager.scope === 'system') return null;
  return cannotTell(child, 'whether the journal of LogNamespace= runs');
}

/**
 * With a root and MountAPIVFS= the machine’s os-release is shown in /run/host. Where the root is the machine’s own,
 * that is made in its /run, for which an ordinary user has no right: a system unit of the kind leaves it there.
 */
function mayShowRelease({ sandbox, sandboxed, system }: Child): boolean {
  const shown = sandboxed && valueOf(sandbox.settings, 'MountAPIVFS') === true;
  if (!shown || !system.rules.rootShowsRelease || system.manager.scope === 'system') return true;
  return system.paths.get(releaseStage)?.kind === 'directory';
}

export const releaseStage = '/run/host/.os-release-stage';

/** RootDirectory= has to be there, with what systemd mounts on. */
function enterRoot(child: Child): Ending | null {
  const { sandbox, sandboxed, system } = child;
  const { root, kernelViews, protectHostname } = sandbox;
  const facts = system.paths.get(root);
  if (!isDirectory(child, root)) {
    return refuse(child, '226/NAMESPACE', 'mount-missing', 'RootDirectory');
  }
  if (facts !== undefined && facts.kind !== 'missing' && facts.real !== root) {
    return cannotTell(child, 'how systemd enters a RootDirectory= that is a link');
  }
  // It mounts on /proc/sys/kernel/hostname.
  if (sandboxed && protectHostname && kernelViews.length === 0) {
    return refuse(child, '226/NAMESPACE', 'mount-missing', 'ProtectHostname');
  }
  const lacking = child.tree.mounts.some(
    ({ path, kind }) =>
      ['bind', 'machine-dev', 'own-run', 'tmpfs'].includes(kind) &&
      system.paths.get(machinePath(root, path))?.kind === 'missing',
  );
  // What systemd makes for the unit outside is mounted below the root too; /run is empty there, and the unit’s own.
  const managed = [...valueOf(sandbox.settings, 'StateDirectory').keys()].some(
    (key) => key !== 'RuntimeDirectory',
  );
  return (lacking || managed) && system.manager.scope === 'user'
    ? cannotTell(child, 'whether the user may make mount points below RootDirectory=')
    : null;
}

function checkMounts(child: Child, inPlace: boolean): Ending | null {
  const broken = brokenMount(child.tree, child.system.paths, inPlace);
  return broken === null ? null : refuse(child, '226/NAMESPACE', 'mount-missing', broken.directive);
}

/** The setting because of which the unit may not run without its mounts. */
function insisting(settings: Settings): Directive {
  const all = [
    ...(['TemporaryFileSystem', 'RootDirectory', 'RootImage', 'BindPaths'] as const),
    'LogNamespace' as const,
  ];
  return all.find((each) => settings[each] !== undefined) ?? 'DynamicUser';
}
