import { emptySet } from './capabilitySet.ts';
import { decodeFileCapability, encodeFileCapability } from './fileCapability.ts';
import { isServed } from './mount.ts';
import type { Operation } from './operations.ts';
import type { AbsenceReason } from './reason.ts';
import { capabilityLoss } from './sighting.ts';
import type { System } from './system.ts';

/** Why a native program has no capabilities, and the system in which it has them. */
export interface Absence {
  readonly reason: AbsenceReason;
  readonly without: System;
}

/**
 * Null where nothing is known that would explain it. Who asks has to judge `without` it: only where the
 * operation is allowed there, the absence is what refuses it.
 */
export function attributeAbsence(system: System, operation: Operation): Absence | null {
  const { program } = system;
  const { file, capabilityUnseen, capabilityStorage, previous, stamp } = program;
  const { path, mount } = file;
  if (capabilityUnseen !== null || file.capability.kind !== 'none') return null;
  if (file.format.kind !== 'native') return null;
  if (capabilityStorage === 'unsupported') {
    const { mountPoint, fsType } = mount;
    const served = isServed(mount);
    return {
      reason: { rule: 'filesystem-without-capabilities', path, mountPoint, fsType, served },
      without: withCapability(system, {
        permitted: operation.capabilities,
        inheritable: emptySet,
        effective: true,
        rootId: 0,
      }),
    };
  }
  if (previous.kind === 'unknown' || previous.value === null) return null;
  const before = previous.value.stamp;
  const loss = capabilityLoss(before, stamp);
  const had = decodeFileCapability(previous.value.capability);
  if (loss === null || 'malformed' in had) return null;
  const { permitted, inheritable, effective } = had;
  return {
    reason: {
      ...{ rule: 'file-lost-capabilities', path, permitted, inheritable, effective },
      ...{ loss, before, after: stamp },
    },
    without: withCapability(system, had),
  };
}

function withCapability(
  system: System,
  capability: Parameters<typeof encodeFileCapability>[0],
): System {
  const { program } = system;
  const bytes = encodeFileCapability(capability);
  return {
    ...system,
    program: { ...program, file: { ...program.file, capability: { kind: 'bytes', bytes } } },
  };
}
