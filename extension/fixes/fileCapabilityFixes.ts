import { emptySet, type CapabilitySet } from '../model/capabilitySet.ts';
import { formatCapabilityText } from '../model/capabilityText.ts';
import { decodeFileCapability, encodeFileCapability } from '../model/fileCapability.ts';
import { neededCapabilities, type Operation } from '../model/operations.ts';
import type { CapabilityAttribute, ProgramFile } from '../model/programFile.ts';
import type { System } from '../model/system.ts';
import type { Fix, FixStep } from './fix.ts';

/** `setcap cap_…=ep`, for the file that the kernel takes the credentials from. */
export function setFileCapabilities(system: System, operation: Operation): Fix | null {
  const needed = neededCapabilities([operation]);
  const { file } = system.program;
  if (needed === emptySet || file.format.kind !== 'native') return null;
  return {
    id: 'set-file-capabilities',
    title: 'Set file capabilities',
    remark: 'asks for sudo once · lost at the next rebuild, and under a debugger',
    applicability: 'safe',
    needs: 'root',
    steps: [setcap(needed, file)],
    inverse: [restore(file)],
    effects: [{ kind: 'program', capability: effectiveAttribute(needed) }],
  };
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
    inverse: [restore(file)],
    effects: [{ kind: 'program', capability: { kind: 'none' } }],
  };
}

/** The build directory elsewhere: file capabilities then count, until the next rebuild. */
export function moveOffMount(system: System, operation: Operation): Fix | null {
  const needed = neededCapabilities([operation]);
  const { file } = system.program;
  if (needed === emptySet || !(file.mount.nosuid || file.mount.noexec)) return null;
  const moved = `/var/tmp/${file.path.slice(file.path.lastIndexOf('/') + 1)}`;
  return {
    id: 'move-off-mount',
    title: 'Build outside the mount',
    remark: `then setcap works, after each build · Cargo: CARGO_TARGET_DIR=/var/tmp/target`,
    applicability: 'template',
    needs: 'root',
    steps: [
      { kind: 'command', argv: ['cp', '--', file.path, moved] },
      setcap(needed, { ...file, path: moved }),
    ],
    inverse: [{ kind: 'command', argv: ['rm', '--', moved] }],
    effects: [{ kind: 'program', capability: effectiveAttribute(needed), honouredMount: true }],
  };
}

function setcap(capabilities: CapabilitySet, { path }: ProgramFile): FixStep {
  const text = formatCapabilityText({
    permitted: capabilities,
    effective: capabilities,
    inheritable: emptySet,
  });
  return { kind: 'command', argv: ['sudo', 'setcap', text, path] };
}

function effectiveAttribute(permitted: CapabilitySet): CapabilityAttribute {
  const bytes = encodeFileCapability({
    permitted,
    inheritable: emptySet,
    effective: true,
    rootId: 0,
  });
  return { kind: 'bytes', bytes };
}

function restore({ capability, path }: ProgramFile): FixStep {
  const before = capability.kind === 'bytes' ? decodeFileCapability(capability.bytes) : null;
  if (before === null || 'malformed' in before) {
    return { kind: 'command', argv: ['sudo', 'setcap', '-r', path] };
  }
  const { permitted, inheritable, effective } = before;
  const text = formatCapabilityText({
    permitted,
    inheritable,
    effective: effective ? permitted | inheritable : emptySet,
  });
  const rootId = before.rootId === 0 ? [] : ['-n', String(before.rootId)];
  return { kind: 'command', argv: ['sudo', 'setcap', ...rootId, text, path] };
}
