import { restoreFileCapabilities } from '../../fixes/fileCapabilityFixes.ts';
import type { Fix } from '../../fixes/fix.ts';
import type { CapabilitySet } from '../../model/capabilitySet.ts';
import { decodeFileCapability } from '../../model/fileCapability.ts';
import { capabilityLoss } from '../../model/sighting.ts';
import type { System } from '../../model/system.ts';
import { fileCapabilityText } from '../../report/words.ts';

/** Capabilities that a program had, and that a build, or whatever else wrote it anew, took from it. */
export interface RebuildLoss {
  /** The same for one loss however often it is seen, and another one for each. */
  readonly key: string;
  /** As getcap(8) wrote it. */
  readonly had: string;
  readonly permitted: CapabilitySet;
  /** Gives them back; null where setcap(8) cannot write what it was. */
  readonly fix: Fix | null;
}

/** Null where it has some, never had any, or where they were taken from it and nothing else changed. */
export function rebuildLoss({ program }: System): RebuildLoss | null {
  const { file, previous, stamp } = program;
  if (file.capability.kind !== 'none' || program.capabilityUnseen !== null) return null;
  if (previous.kind === 'unknown' || previous.value === null) return null;
  const { capability: bytes, stamp: before } = previous.value;
  const loss = capabilityLoss(before, stamp);
  if (loss === null || loss.way === 'attribute-removed') return null;
  const capability = { kind: 'bytes', bytes } as const;
  const decoded = decodeFileCapability(bytes);
  return {
    key: [before.device, before.inode, before.changed].join(':'),
    had: fileCapabilityText({ capability }) ?? '',
    permitted: 'malformed' in decoded ? 0n : decoded.permitted,
    fix: restoreFileCapabilities(file, capability),
  };
}
