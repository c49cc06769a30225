import { dirname } from 'node:path';
import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { decodeFileCapability } from '../../model/fileCapability.ts';
import type { Host } from '../../probe/host.ts';

/** The launcher of a user; a folder for each, so that a process is always called `capwright-launch`. */
export function launcherPath(uid: number): string {
  return `/usr/local/lib/capwright/${String(uid)}/capwright-launch`;
}

export interface Installation {
  /** The launcher that came with Capwright. */
  readonly source: string;
  /** For whom it is installed, and the groups of that user. */
  readonly uid: number;
  readonly groups: readonly number[];
  /** What it may pass on. */
  readonly capabilities: CapabilitySet;
}

/**
 * The commands that install the launcher, in order; each begins with `sudo`. The group of the file
 * is the user's number: it tells the launcher whom it serves, as the file's only field that root
 * alone can set and that every link and every mount shows. Where the user is in the group of that
 * number, as with private groups, nobody else may even execute it.
 */
export function installCommands(installation: Installation): readonly (readonly string[])[] {
  const { source, uid, groups, capabilities } = installation;
  const path = launcherPath(uid);
  const mode = groups.includes(uid) ? '0750' : '0755';
  const owner = ['--owner=root', `--group=${String(uid)}`, `--mode=${mode}`];
  return [
    [
      ...['sudo', 'install', '--directory', '--owner=root', '--group=root', '--mode=0755'],
      dirname(path),
    ],
    ['sudo', 'install', ...owner, '--', source, path],
    ['sudo', 'setcap', `${names(capabilities).join(',')}=p`, path],
  ];
}

/** The commands that take it away again. */
export function removeCommands(uid: number): readonly (readonly string[])[] {
  const path = launcherPath(uid);
  return [
    ['sudo', 'rm', '--force', '--', path],
    ['sudo', 'rmdir', '--', dirname(path)],
  ];
}

/** A launcher that is installed for this user, as its file says. */
export interface InstalledLauncher {
  readonly path: string;
  readonly capabilities: CapabilitySet;
}

/** The launcher of a user; null where there is none, or one that would serve somebody else. */
export async function findInstalledLauncher(
  host: Host,
  uid: number,
): Promise<InstalledLauncher | null> {
  const path = launcherPath(uid);
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok) return null;
  const { type, mode, gid, uid: owner, capability } = reply.result;
  const changeable = owner !== 0 || (mode & 0o022) !== 0;
  if (type !== 'regular' || changeable || gid !== uid) return null;
  if (!('value' in capability) || capability.value === null) return null;
  const decoded = decodeFileCapability(Buffer.from(capability.value, 'hex'));
  return 'permitted' in decoded ? { path, capabilities: decoded.permitted } : null;
}
