import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { buildStatic } from '../lab/staticProgram.ts';

/** A file that a unit can start: the witness, with or without capabilities of its own. */
export interface Program {
  readonly path: string;
  /** As setcap(8) takes it; null for none. */
  readonly capabilities: string | null;
  /** Octal permissions; the set-user-ID bit is among them. Its owner is root. */
  readonly mode: number;
  /** It lies on a mount where neither capabilities nor set-id bits count. */
  readonly nosuid: boolean;
  /** What a script names after `#!`. */
  readonly interpreter: string | null;
}

export const binaries = '/opt/witness';
export const nosuidMount = '/mnt/nosuid';
const all = 'cap_net_admin,cap_net_raw,cap_net_bind_service';

/** Every program that a lab has. */
export const programs = {
  plain: binary('plain', null),
  admin: binary('admin', 'cap_net_admin=ep'),
  raw: binary('raw', 'cap_net_raw=ep'),
  bind: binary('bind', 'cap_net_bind_service=ep'),
  all: binary('all', `${all}=ep`),
  permitted: binary('permitted', `${all}=p`),
  inheritable: binary('inheritable', 'cap_net_admin,cap_net_raw=ei'),
  setuid: { ...binary('setuid', null), mode: 0o4755 },
  nosuid: { ...binary('nosuid', `${all}=ep`), path: `${nosuidMount}/all`, nosuid: true },
  script: { ...binary('script', `${all}=ep`), interpreter: `${binaries}/plain` },
  /** Through a link to its directory. */
  linked: { ...binary('plain', null), path: '/srv/link/plain' },
  /** Its interpreter is not there in the other root. */
  scriptOfLinked: { ...binary('script-of-linked', null), interpreter: '/srv/link/plain' },
  /** In the other root its interpreter has no capability. */
  scriptOfCapable: { ...binary('script-of-capable', null), interpreter: `${binaries}/admin` },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** A network namespace of the lab that is not the manager’s. */
export const otherNetwork = '/run/netns/other';

/** An IPC namespace of the lab that is not the manager’s. */
export const otherIpc = '/run/other-ipc';

/** A user namespace of the lab that has the ids that are outside. */
export const otherUsers = '/run/other-user';

/** A folder that can be a unit’s root: it has the programs, and all that units mount on. */
export const otherRoot = '/srv/root';

/** A directory that only root may enter. */
export const closedFolder = '/srv/closed';

/** A link to the directory of the programs. */
export const linkToBinaries = '/srv/link';

/** Puts the programs there and `more` of them, with what the units of a test refer to. */
export async function installPrograms(lab: Lab, more: readonly Program[] = []): Promise<void> {
  const witness = await buildStatic(join(import.meta.dirname, 'witness.c'));
  await lab.mustRun(['mkdir', '-p', binaries, nosuidMount, '/run/netns', reports]);
  await lab.mustRun(['chmod', '0777', reports]);
  await lab.mustRun(['ln', '-sr', binaries, linkToBinaries]);
  await lab.mustRun(['mount', '-t', 'tmpfs', '-o', 'mode=755,nosuid', 'nosuid', nosuidMount]);
  for (const { path, capabilities, mode, interpreter } of [
    ...Object.values<Program>(programs),
    ...more,
  ]) {
    if (interpreter === null) await copyFile(witness, lab.outside(path));
    else await lab.place([{ path, kind: 'file', text: `#!${interpreter}\n` }]);
    await lab.mustRun(['chmod', mode.toString(8), path]);
    if (capabilities !== null) await lab.mustRun(['setcap', capabilities, path]);
  }
  const shell = [
    ...[`touch ${otherNetwork}`, `unshare --net=${otherNetwork} true`],
    ...[`touch ${otherIpc}`, `unshare --ipc=${otherIpc} true`],
    // Only from outside can more than one id be mapped.
    ...[`touch ${otherUsers}`, 'unshare --user sleep 60 &'],
    'until [[ ! /proc/$!/ns/user -ef /proc/self/ns/user ]]; do sleep 0.01; done',
    'for map in uid_map gid_map; do echo 0 0 65536 >/proc/$!/$map; done',
    `mount --bind /proc/$!/ns/user ${otherUsers}`,
    'kill $!',
    `mkdir -p ${otherRoot}/{dev,proc,run,sys,tmp,var/tmp,etc,opt,root,mnt,srv,usr,home}`,
    `mkdir ${otherRoot}/dev/net`,
    `touch ${otherRoot}/dev/net/tun`,
    `cp -a ${binaries} ${otherRoot}/opt/`,
    `setcap -r ${otherRoot}${programs.admin.path}`,
    `mkdir -m 0700 ${closedFolder}`,
    // Hers, although her units are put there by root.
    'install -d -o alice -g alice /home/alice/.config',
  ];
  await lab.mustRun(['bash', '-euc', shell.join('\n')]);
}

/** Where units put what their commands say: standard output is opened before any sandbox closes. */
export const reports = '/run/witness';

function binary(name: string, capabilities: string | null): Program {
  const path = `${binaries}/${name}`;
  return { path, capabilities, mode: 0o755, nosuid: false, interpreter: null };
}
