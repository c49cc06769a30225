import { resolve } from 'node:path';
import { parseCapabilityText } from '../../model/capabilityText.ts';
import { emptySet } from '../../model/capabilitySet.ts';
import { encodeFileCapability } from '../../model/fileCapability.ts';
import type { CapabilityAttribute } from '../../model/programFile.ts';
import type { StorageHindrance } from '../../fixes/capabilityStorage.ts';
import type { Host } from '../../probe/host.ts';
import { pinFile, type PinRefusal } from '../../probe/pinnedFile.ts';
import { identityOf, type FileIdentity } from '../../probe/programEvidence.ts';
import { fileCapabilityText } from '../../report/words.ts';
import { findAlongPath } from '../alongPath.ts';
import { hindranceAt } from './capabilityStorage.ts';
import { elevated, type Elevation } from '../elevation.ts';
import type { Failure } from '../failure.ts';
import { secondOpinion } from './getcap.ts';

export interface CapabilityChange {
  readonly program: string;
  /** In the form of cap_from_text(3); null takes away what the file has. */
  readonly capabilities: string | null;
  /** The id of the root of the user namespace for which it counts: 0 everywhere. */
  readonly rootId: number;
  readonly elevation: Elevation;
  /** The file that was agreed on; null takes the one that is there. */
  readonly expected: FileIdentity | null;
}

/** What the file at a path carries at this moment. */
export interface ReadBack {
  readonly identity: FileIdentity;
  /** As getcap(8) writes it; null for none. */
  readonly capability: string | null;
}

export type ChangeOutcome =
  | {
      readonly kind: 'changed';
      readonly before: string | null;
      readonly after: string | null;
      /** Why getcap(8) has not read it too; null where it has. */
      readonly unconfirmed: Failure | null;
    }
  /** It would be of no use there, so nothing was run. */
  | { readonly kind: 'in-vain'; readonly path: string; readonly hindrance: StorageHindrance }
  /** It was run, and came to something else than was wanted. */
  | { readonly kind: 'different'; readonly message: string }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Runs a command in a folder, on the terminal; its exit status. */
export type RunIn = (argv: readonly string[], folder: string) => Promise<number>;

/**
 * Has setcap(8) change a file while it is held, and reads back what came of it: by the kernel, and by
 * getcap(8) as a second opinion.
 */
export async function changeFileCapabilities(
  host: Host,
  change: CapabilityChange,
  runIn: RunIn,
): Promise<ChangeOutcome> {
  const path = resolve(change.program);
  const wanted = wantedText(change);
  if (typeof wanted !== 'string' && wanted !== null)
    return failed('user', wanted.wrong, 'See cap_from_text(3).');
  if (change.capabilities !== null) {
    const hindrance = await hindranceAt(host, path);
    // What cannot be looked at is told by the attempt to hold it.
    if (hindrance) return { kind: 'in-vain', path, hindrance };
  }
  const missing = await setcapMissing();
  if (missing !== null) return { kind: 'failure', failure: missing };
  const pinning = pinFile(path, change.expected);
  if (pinning.kind === 'refused')
    return { kind: 'failure', failure: refusalOf(path, pinning.refusal) };
  const { file } = pinning;
  try {
    const before = await readBack(host, file.path);
    // polkit starts commands elsewhere, where a relative name would mean another file.
    const operand = change.elevation === 'pkexec' ? file.path : file.operand;
    const status = await runIn(
      elevated(['sudo', 'setcap', ...optionsOf(change), operand], change.elevation),
      file.folder,
    );
    const after = await readBack(host, file.path);
    if (after.capability !== wanted) {
      const has = after.capability ?? 'no file capabilities';
      return different(
        `${path} has ${has}, not ${wanted ?? 'no file capabilities'}: the command ended with exit status ${String(status)}`,
      );
    }
    const opinion = await secondOpinion(file.path);
    // A root id is written in square brackets, of which not every getcap(8) tells.
    if (opinion.kind === 'says' && change.rootId === 0 && opinion.capability !== after.capability) {
      return different(
        `by the kernel ${path} has ${after.capability ?? 'nothing'}, by getcap ${opinion.capability ?? 'nothing'}`,
      );
    }
    if (!file.isInPlace()) {
      return different(
        `something else was put in the place of ${path} meanwhile: the file that was there has the change, and the new one has not`,
      );
    }
    const unconfirmed = opinion.kind === 'silent' ? opinion.failure : null;
    return { kind: 'changed', before: before.capability, after: after.capability, unconfirmed };
  } finally {
    file.release();
  }
}

/** Why setcap(8) cannot be run, where it is not on this machine: said before anybody is asked for a password. */
export async function setcapMissing(): Promise<Failure | null> {
  // Where sudo and pkexec look, whatever PATH is here.
  const folders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
  if ((await findAlongPath('setcap', process.env, folders)) !== null) return null;
  return {
    blame: 'environment',
    message: 'setcap is not installed, and it is what sets and removes file capabilities.',
    remedy: 'Debian: apt install libcap2-bin. Ambient capabilities and the sandbox do without it.',
  };
}

/** Asks the helper; an error where the file cannot be looked at. */
export async function readBack(host: Host, path: string): Promise<ReadBack> {
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok) throw new Error(reply.error.reason);
  const { capability } = reply.result;
  if (!('value' in capability)) {
    throw new Error(
      'unavailable' in capability ? capability.unavailable : capability.error.message,
    );
  }
  const attribute: CapabilityAttribute =
    capability.value === null
      ? { kind: 'none' }
      : { kind: 'bytes', bytes: Buffer.from(capability.value, 'hex') };
  return {
    identity: identityOf(reply.result),
    capability: fileCapabilityText({ capability: attribute }),
  };
}

function optionsOf({ capabilities, rootId }: CapabilityChange): readonly string[] {
  if (capabilities === null) return ['-r'];
  return rootId === 0 ? [capabilities] : ['-n', String(rootId), capabilities];
}

/** What the file is to have, as getcap(8) writes it. */
function wantedText({
  capabilities,
  rootId,
}: CapabilityChange): string | null | { readonly wrong: string } {
  if (capabilities === null) return null;
  const parsed = parseCapabilityText(capabilities);
  if (parsed.kind === 'error') return { wrong: `${parsed.message}.` };
  if (capabilities.trim() === '') return { wrong: 'An empty text names no capabilities.' };
  const { permitted, inheritable, effective } = parsed.sets;
  const bytes = encodeFileCapability({
    permitted,
    inheritable,
    effective: effective !== emptySet,
    rootId,
  });
  return fileCapabilityText({ capability: { kind: 'bytes', bytes } });
}

function refusalOf(path: string, refusal: PinRefusal): Failure {
  const quoted = JSON.stringify(path);
  switch (refusal.why) {
    case 'missing':
      return {
        blame: 'user',
        message: `${quoted} cannot be held (${refusal.errno}), so nothing was run.`,
        remedy: 'Build the program first, or name the file that the build makes.',
      };
    case 'symbolic-link':
      return {
        blame: 'user',
        message: `${quoted} is a symbolic link, so nothing was run.`,
        remedy: 'Name the file that it leads to: a link can be led elsewhere at any time.',
      };
    case 'not-regular':
      return {
        blame: 'user',
        message: `${quoted} is not a regular file, so nothing was run.`,
        remedy: 'Name the executable file itself.',
      };
    case 'changed':
      return {
        blame: 'environment',
        message: `${quoted} was replaced or changed after it was checked, so nothing was run.`,
        remedy: 'Look at it again, then try again.',
      };
    case 'swapped':
      return {
        blame: 'environment',
        message: `${quoted} was swapped while it was being held, so nothing was run.`,
        remedy: 'Find out who changes its folder, then try again.',
      };
    case 'owner':
      return {
        blame: 'user',
        message: `${quoted} belongs to another user (${String(refusal.uid)}), so nothing was run.`,
        remedy:
          'Give capabilities to a program of yours or of root, whose contents nobody else chose.',
      };
    case 'folder':
      return {
        blame: 'user',
        message: `${quoted} can be swapped by another user, who may change ${JSON.stringify(refusal.folder)}, so nothing was run.`,
        remedy: 'Move the program to a folder of yours or of root.',
      };
  }
}

function different(message: string): ChangeOutcome {
  return { kind: 'different', message: `${message}.` };
}

function failed(blame: Failure['blame'], message: string, remedy: string): ChangeOutcome {
  return { kind: 'failure', failure: { blame, message, remedy } };
}
