import { CAP_SYS_ADMIN } from '../../capability.ts';
import type { Directive } from '../directives.ts';
import { brokenMount, sandboxMounts } from '../mountView.ts';
import { pathText } from '../sandbox.ts';
import { valueOf, type Settings } from '../unit.ts';
import { hasEnteredUserNamespace, may, refuse, type Child, type Ending } from './child.ts';

/** `apply_mount_namespace()`, and the IPC namespace before it. */
export function mountSandbox(child: Child): Ending | null {
  const { namespacesTaken, sandbox, sandboxed, system } = child;
  const { settings } = sandbox;
  const entered = hasEnteredUserNamespace(child);
  if (namespacesTaken && sandboxed && valueOf(settings, 'PrivateIPC') && entered) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'PrivateIPC');
  }
  // Observed on 262: the two together cannot be mounted.
  const bpfAndPids = valueOf(settings, 'PrivateBPF') && sandbox.privatePids;
  if (sandboxed && bpfAndPids && may(child, CAP_SYS_ADMIN)) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'PrivateBPF');
  }
  if (!sandbox.mountNamespace) return null;
  if (!may(child, CAP_SYS_ADMIN)) {
    return sandbox.insistsOnMounts
      ? refuse(child, '226/NAMESPACE', 'mounts-not-permitted', insisting(settings))
      : null;
  }
  child.mounts = sandboxMounts(sandbox, sandboxed, system.paths);
  const root = valueOf(settings, 'RootDirectory');
  const inPlace = root !== null && pathText(root) === '/';
  if (inPlace && system.rules.ownRootCannotBeMounted) {
    return refuse(child, '226/NAMESPACE', 'mounts-not-permitted', 'RootDirectory');
  }
  const broken = brokenMount(child.mounts, system.paths, inPlace);
  if (broken === null) return null;
  return refuse(child, '226/NAMESPACE', 'mount-missing', broken.directive);
}

/** The setting because of which the unit may not run without its mounts. */
function insisting(settings: Settings): Directive {
  const all = ['TemporaryFileSystem', 'RootDirectory', 'RootImage', 'BindPaths'] as const;
  return all.find((each) => settings[each] !== undefined) ?? 'DynamicUser';
}
