import { emptySet, without, type CapabilitySet } from '../model/capabilitySet.ts';
import { formatFileCapability } from '../model/capabilityText.ts';
import {
  decodeFileCapability,
  encodeFileCapability,
  isEmptyFileCapability,
  type FileCapability,
} from '../model/fileCapability.ts';
import { isServed } from '../model/mount.ts';
import type { CapabilityAttribute, ProgramFile } from '../model/programFile.ts';
import type { System } from '../model/system.ts';
import type { Fix, FixStep } from './fix.ts';

/** What is looked at of the program. */
interface OfProgram {
  readonly program: Pick<System['program'], 'file' | 'capabilityStorage'>;
}

/** `setcap` with what is needed beside what the file has: another operation may live on that. */
export function setFileCapabilities(system: OfProgram, needed: CapabilitySet): Fix | null {
  const present = decoded(system.program.file);
  if (present === null) return setcapFix(system, needed, effective(needed));
  return setcapFix(system, needed, {
    permitted: present.permitted | needed,
    inheritable: without(present.inheritable, needed),
    effective: true,
  });
}

/** `setcap` with what is needed and nothing else: where the kernel refuses what the file has. */
export function replaceFileCapabilities(system: System, needed: CapabilitySet): Fix | null {
  return decoded(system.program.file) === null
    ? null
    : setcapFix(system, needed, effective(needed));
}

/** `setcap -r`: for a file whose capabilities stand in the way of ambient ones. */
export function removeFileCapabilities(system: System): Fix | null {
  const { file } = system.program;
  if (file.capability.kind === 'none') return null;
  return {
    id: 'remove-file-capabilities',
    title: 'Remove the file capabilities',
    remark: 'asks for sudo once · ambient capabilities then reach the program',
    applicability: 'safe',
    needs: 'root',
    steps: [{ kind: 'command', argv: ['sudo', 'setcap', '-r', file.path] }],
    inverse: restore(file),
    effects: [{ kind: 'program', capability: { kind: 'none' } }],
  };
}

/** Gives a file back what it had; null where setcap(8) cannot write that. */
export function restoreFileCapabilities(
  file: ProgramFile,
  capability: CapabilityAttribute,
): Fix | null {
  const steps = restore({ ...file, capability });
  if (capability.kind === 'none' || steps.some(({ kind }) => kind !== 'command')) return null;
  return {
    id: 'set-file-capabilities',
    title: 'Set the file capabilities again',
    remark: 'asks for sudo · lost at the next rebuild, and under a debugger',
    applicability: 'safe',
    needs: 'root',
    steps,
    inverse: restore(file),
    effects: [{ kind: 'program', capability }],
  };
}

/** The build directory elsewhere: file capabilities then count, until the next rebuild. */
export function moveOffMount(system: System, needed: CapabilitySet): Fix | null {
  const { file, capabilityStorage } = system.program;
  const { nosuid, noexec, foreign } = file.mount;
  const unfit = nosuid || noexec || foreign || capabilityStorage === 'unsupported';
  if (!unfit || file.format.kind !== 'native') return null;
  const moved = `/var/tmp/${file.path.slice(file.path.lastIndexOf('/') + 1)}`;
  const capability: CapabilityAttribute =
    needed === emptySet ? { kind: 'none' } : attribute(effective(needed));
  return {
    id: 'move-off-mount',
    title: 'Build outside the mount',
    remark: 'root for setcap, after each build · Cargo: CARGO_TARGET_DIR=/var/tmp/target',
    applicability: 'template',
    needs: needed === emptySet ? 'nothing' : 'root',
    steps: [
      { kind: 'command', argv: ['cp', '--', file.path, moved] },
      ...(needed === emptySet ? [] : [setcap(effective(needed), moved)]),
    ],
    inverse: [{ kind: 'command', argv: ['rm', '--', moved] }],
    effects: [{ kind: 'program', capability, honouredMount: true }],
  };
}

type Written = Pick<FileCapability, 'permitted' | 'inheritable' | 'effective'>;

function setcapFix(system: OfProgram, needed: CapabilitySet, written: Written): Fix | null {
  const { file, capabilityStorage } = system.program;
  if (needed === emptySet || file.format.kind !== 'native') return null;
  if (capabilityStorage === 'unsupported') return null;
  const served = isServed(file.mount);
  return {
    id: 'set-file-capabilities',
    title: 'Set file capabilities',
    remark: `asks for sudo once · lost at the next rebuild, and under a debugger${served ? ` · if the server behind ${file.mount.fsType} takes them` : ''}`,
    applicability: served ? 'review' : 'safe',
    needs: 'root',
    steps: [setcap(written, file.path)],
    inverse: restore(file),
    effects: [{ kind: 'program', capability: attribute(written) }],
  };
}

function effective(permitted: CapabilitySet): Written {
  return { permitted, inheritable: emptySet, effective: true };
}

/** What the file has now; null where that is nothing, or nothing that the kernel can use. */
function decoded({ capability }: ProgramFile): FileCapability | null {
  if (capability.kind !== 'bytes') return null;
  const value = decodeFileCapability(capability.bytes);
  return 'malformed' in value || isEmptyFileCapability(value) ? null : value;
}

function attribute(written: Written): CapabilityAttribute {
  return { kind: 'bytes', bytes: encodeFileCapability({ ...written, rootId: 0 }) };
}

function setcap(written: Written, path: string, options: readonly string[] = []): FixStep {
  return {
    kind: 'command',
    argv: ['sudo', 'setcap', ...options, formatFileCapability(written), path],
  };
}

/** setcap(8) cannot write every attribute that the kernel can meet: what is past restoring is said. */
function restore({ capability, path }: ProgramFile): readonly FixStep[] {
  if (capability.kind === 'none') {
    return [{ kind: 'command', argv: ['sudo', 'setcap', '-r', path] }];
  }
  const before = capability.kind === 'bytes' ? decodeFileCapability(capability.bytes) : null;
  if (before === null || 'malformed' in before) {
    return [{ kind: 'advice', text: `setcap cannot write back what ${path} had.` }];
  }
  return [setcap(before, path, before.rootId === 0 ? [] : ['-n', String(before.rootId)])];
}
