import { CAP_NET_BIND_SERVICE } from '../../model/capability.ts';
import { emptySet, setOf, without, type CapabilitySet } from '../../model/capabilitySet.ts';
import { expectUnderDebugger } from '../../model/expectation.ts';
import type { System } from '../../model/system.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import { fileCapabilityText } from '../../report/words.ts';
import { checkProgram } from '../check.ts';
import { permittedBy } from '../fileCapabilities/fileGrant.ts';

/** What file capabilities cost, or no longer give, where a debugger that holds nothing starts a program. */
export interface DebugLoss {
  /**
   * Withheld from a program that is traced; carried by an interpreter, which they put into secure execution; or
   * gone from a file that had them when it was last seen.
   */
  readonly kind: 'withheld' | 'carried' | 'gone';
  /** What the file grants or granted. */
  readonly granted: CapabilitySet;
  /** The same as getcap(8) writes it. */
  readonly text: string;
}

/**
 * What this process's debuggers cost a program, by its path. Null where they cost nothing, and where there is
 * no program.
 * @param interpreterKey that names it in a configuration, where it is an interpreter: a debugger speaks with it from
 *   within, and traces nothing
 */
export async function debugLoss(
  host: Host,
  sightings: Sightings,
  program: string,
  interpreterKey: string | null,
): Promise<DebugLoss | null> {
  const outcome = await checkProgram(host, sightings, {
    program,
    launcher: { kind: 'self', process: 'extension-host' },
    debugLauncher: null,
    operations: () => [],
    tunDevice: null,
    tunLayer: 'tun',
    multiQueue: false,
    port: 80,
  });
  if (outcome.kind === 'failure') return null;
  const { system } = outcome.report;
  const { file, previous } = system.program;
  const { capability } = file;
  if (capability.kind === 'bytes') {
    const loss = lossOf(interpreterKey === null ? 'withheld' : 'carried', capability.bytes);
    if (loss === null) return null;
    const costs = interpreterKey === null ? isLost(loss, system) : !isHeeded(loss, interpreterKey);
    return costs ? loss : null;
  }
  const before = previous.kind === 'known' ? previous.value : null;
  const loss = before === null ? null : lossOf('gone', before.capability);
  return loss !== null && isLost(loss, system) ? loss : null;
}

function lossOf(kind: DebugLoss['kind'], bytes: Uint8Array): DebugLoss | null {
  const granted = permittedBy(bytes);
  const text = fileCapabilityText({ capability: { kind: 'bytes', bytes } });
  return granted === null || text === null ? null : { kind, granted, text };
}

/** A debugger of root, or one that holds ambient capabilities itself, costs nothing. */
function isLost({ granted }: DebugLoss, system: System): boolean {
  const expected = expectUnderDebugger('debugger', system, emptySet);
  return (
    expected.kind === 'starts' && without(granted, expected.credentials.permitted) !== emptySet
  );
}

/**
 * Node heeds NODE_OPTIONS, by which it is debugged, also in secure execution, where low ports are all that it may have
 * more than its user: `HasOnly(CAP_NET_BIND_SERVICE)` in src/node_credentials.cc, seen with Node 24.
 */
function isHeeded({ granted }: DebugLoss, interpreterKey: string): boolean {
  return interpreterKey === 'runtimeExecutable' && granted === setOf(CAP_NET_BIND_SERVICE);
}
