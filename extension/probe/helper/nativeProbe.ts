import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { executableFormat } from '../../model/executableFormat.ts';
import type {
  CallError,
  HelloResult,
  Outcome,
  TunDevice,
  TunFlag,
  TunLayer,
} from '../../protocol/probe.ts';
import { outcomeOf } from './outcome.ts';

/** The calls that Node has not. The descriptor may be an O_PATH one. */
export interface NativeProbe {
  /** getxattr(2): ENODATA if there is none, EOPNOTSUPP if the file system has none. */
  readAttribute(fd: number, name: string): Outcome<Uint8Array>;
  /** faccessat2(2) for the effective ids. */
  checkAccess(fd: number): Outcome<Access>;
  /** prctl(PR_GET_SECUREBITS), of this process. */
  readSecurebits(): Outcome<number>;
  /** A user namespace and its ancestors, NS_GET_PARENT and NS_GET_OWNER_UID of ioctl_nsfs(2). */
  walkUserNamespaces(fd: number): Outcome<UserNamespaceChain>;
  /** NS_GET_USERNS of ioctl_nsfs(2): the inode of the user namespace that owns a namespace. */
  owningUserNamespace(fd: number): Outcome<string>;
  /** unshare(CLONE_NEWUSER) and its id maps, in a child: the call that failed, or null. */
  attemptUserNamespace(): Outcome<CallError | null>;
  /** By rtnetlink(7), in this process's network namespace. */
  listTunDevices(): Outcome<readonly TunDevice[]>;
  /** ioctl(TUNSETIFF): the act itself. Returns the device's name. */
  attachTun(fd: number, name: string, layer: TunLayer, flags: readonly TunFlag[]): Outcome<string>;
}

export interface Access {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

export interface UserNamespaceChain {
  readonly chain: readonly { readonly inode: string; readonly ownerUid: Outcome<number> }[];
  readonly end: 'initial' | 'hidden';
}

export interface LoadedProbe {
  readonly addon: HelloResult['addon'];
  readonly probe: NativeProbe;
}

/** Where the addon may lie, seen from the bundle (dist/) and from this source file. */
const addonPlaces = [
  '../native/build/capwright_probe.node',
  '../../../native/build/capwright_probe.node',
];

/** The path of the addon: the first that exists, or the first of all, so that its lack has a name. */
export function findAddon(): string {
  const places = addonPlaces.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? places[0] ?? '';
}

/** Never throws: without the addon every answer is "unavailable", with the loader's own words. */
export function loadNativeProbe(path: string): LoadedProbe {
  try {
    const module = { exports: {} };
    // Not require(): of a file that cannot be loaded it tells less than dlopen(3) does.
    process.dlopen(module, path);
    const probe: unknown = module.exports;
    if (!isNativeProbe(probe)) throw new Error(`${path}: not the addon of this version`);
    return { addon: { loaded: true }, probe };
  } catch (error) {
    const reason = foreign(path) ?? (error instanceof Error ? error.message : String(error));
    return { addon: { loaded: false, reason }, probe: withoutAddon(reason) };
  }
}

/** Of an addon for another architecture ld.so(8) only says that it is not there; null for one of this. */
function foreign(path: string): string | null {
  const [addon, own] = [path, '/proc/self/exe'].map((file) => {
    const head = outcomeOf(file, () => firstBytes(file));
    const format = 'value' in head ? executableFormat(head.value) : null;
    return format?.kind === 'elf' ? format.elf : null;
  });
  if (!addon || !own || addon.machine === own.machine) return null;
  return `${path} is built for another architecture than this Node, which is ${process.arch}`;
}

function firstBytes(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(64);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

function withoutAddon(reason: string): NativeProbe {
  const unavailable = () => ({ unavailable: `the native probe did not load: ${reason}` });
  return {
    readAttribute: unavailable,
    checkAccess: unavailable,
    readSecurebits: unavailable,
    walkUserNamespaces: unavailable,
    owningUserNamespace: unavailable,
    attemptUserNamespace: unavailable,
    listTunDevices: unavailable,
    attachTun: unavailable,
  };
}

function isNativeProbe(exports: unknown): exports is NativeProbe {
  if (typeof exports !== 'object' || exports === null) return false;
  const present = new Map<string, unknown>(Object.entries(exports));
  return Object.keys(withoutAddon('')).every((name) => typeof present.get(name) === 'function');
}
