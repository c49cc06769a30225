import { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW } from '../../model/capability.ts';
import { emptySet, has, type CapabilitySet } from '../../model/capabilitySet.ts';
import { decodeFileCapability } from '../../model/fileCapability.ts';
import type { OperationId } from '../../model/operations.ts';
import { credentialFile } from '../../model/programFile.ts';
import type { Program } from '../../model/system.ts';

/** What a program has to be allowed to do, and who says so. */
export interface ProgramNeeds {
  /** At least one. */
  readonly operations: readonly OperationId[];
  readonly source: 'setting' | 'launch' | 'unit' | 'file' | 'lost' | 'message' | 'usual';
  /** Of the launch configuration or the unit; empty for any other source. */
  readonly name: string;
}

/**
 * What is needed by a program that was seen.
 * @param said what a person or the workspace says of it; null where nobody does
 * @param refused what messages of the program say that it was refused
 */
export function programNeeds(
  said: ProgramNeeds | null,
  refused: readonly OperationId[],
  program: Program,
): ProgramNeeds {
  const known = said ?? fileNeeds(program);
  if (known !== null) {
    return { ...known, operations: [...new Set([...refused, ...known.operations])] };
  }
  return refused.length === 0
    ? { operations: ['tun.create'], source: 'usual', name: '' }
    : { operations: refused, source: 'message', name: '' };
}

/**
 * Of what the capabilities permit, that for which a network program is given them. A program with none of them
 * needs nothing that can be told from them.
 */
export function operationsOf(capabilities: CapabilitySet): readonly OperationId[] {
  return byCapability.flatMap(([capability, operations]) =>
    has(capabilities, capability) ? operations : [],
  );
}

const byCapability: readonly (readonly [number, readonly OperationId[]])[] = [
  [CAP_NET_ADMIN, ['tun.create']],
  [CAP_NET_RAW, ['socket.raw', 'socket.packet']],
  [CAP_NET_BIND_SERVICE, ['bind.low-port']],
];

/** By the capabilities that the file has, or had before it was built again. */
function fileNeeds({ file, previous }: Program): ProgramNeeds | null {
  const { capability } = credentialFile(file);
  const before = previous.kind === 'known' ? previous.value : null;
  const has = operationsOf(capability.kind === 'bytes' ? permittedBy(capability.bytes) : emptySet);
  if (has.length > 0) return { operations: has, source: 'file', name: '' };
  const had = operationsOf(before === null ? emptySet : permittedBy(before.capability));
  return had.length > 0 ? { operations: had, source: 'lost', name: '' } : null;
}

function permittedBy(bytes: Parameters<typeof decodeFileCapability>[0]): CapabilitySet {
  const decoded = decodeFileCapability(bytes);
  return 'malformed' in decoded ? emptySet : decoded.permitted;
}
