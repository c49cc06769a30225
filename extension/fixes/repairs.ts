import { judgePath } from '../model/judge.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import type { Operation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import {
  allowDeviceInCgroup,
  createDeviceNode,
  openDeviceNode,
  ownTunDevice,
  releaseTunDevice,
} from './deviceFixes.ts';
import {
  moveOffMount,
  removeFileCapabilities,
  setFileCapabilities,
} from './fileCapabilityFixes.ts';
import { applyFix, combine, type Fix } from './fix.ts';
import {
  debugWithAmbientCapabilities,
  runInSandbox,
  runWithAmbientCapabilities,
} from './launchFixes.ts';
import {
  allowUserNamespaces,
  lowerUnprivilegedPortStart,
  makeExecutable,
  widenPingGroupRange,
} from './systemFixes.ts';

/**
 * The repairs that help a denied operation on a launch path, least privilege first. Each was
 * applied to the evidence and judged again: one that does not lead to `allowed` is not offered.
 * Where none suffices alone, pairs are tried: a device node that is closed, then a capability.
 */
export function repairsFor(system: System, operation: Operation, path: LaunchPath): readonly Fix[] {
  const single = candidates(system, operation, path);
  const enough = single.filter((fix) => leadsToAllowed(system, operation, path, fix));
  if (enough.length > 0) return enough;
  return single
    .filter(({ effects }) => effects.every(({ kind }) => kind !== 'start-with'))
    .flatMap((first) =>
      candidates(applyFix(system, first), operation, path)
        .filter(({ id }) => id !== first.id)
        .map((second) => combine(first, second)),
    )
    .filter((fix) => leadsToAllowed(system, operation, path, fix));
}

export function leadsToAllowed(
  system: System,
  operation: Operation,
  path: LaunchPath,
  fix: Fix,
): boolean {
  const repaired = applyFix(system, fix);
  const startedWith = fix.effects.find((effect) => effect.kind === 'start-with')?.path ?? path;
  return judgePath(startedWith, repaired, [operation]).verdicts.every(
    ({ verdict }) => verdict.kind === 'allowed',
  );
}

/** In the order of the privilege ladder. */
function candidates(system: System, operation: Operation, path: LaunchPath): readonly Fix[] {
  const debugging = path === 'debugger' || path === 'ambient-debugger';
  const tun = operation.id === 'tun.create' || operation.id === 'tun.attach';
  return [
    makeExecutable(system),
    runInSandbox(system),
    debugging
      ? debugWithAmbientCapabilities(system, operation)
      : runWithAmbientCapabilities(system, operation),
    tun ? releaseTunDevice(system) : null,
    tun ? ownTunDevice(system) : null,
    setFileCapabilities(system, operation),
    removeFileCapabilities(system),
    moveOffMount(system, operation),
    tun ? createDeviceNode(system) : null,
    tun ? openDeviceNode(system) : null,
    tun ? allowDeviceInCgroup(system) : null,
    operation.id === 'socket.ping' ? widenPingGroupRange() : null,
    operation.id === 'bind.low-port' ? lowerUnprivilegedPortStart(system) : null,
    allowUserNamespaces(system),
  ].filter((fix) => fix !== null);
}
