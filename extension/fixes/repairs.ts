import { judgePath } from '../model/judge.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import { neededCapabilities, type Operation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import {
  allowDeviceInCgroup,
  createDeviceNode,
  honourDeviceNodes,
  loadTunDriver,
  openDeviceNode,
  ownTunDevice,
  releaseTunDevice,
} from './deviceFixes.ts';
import {
  moveOffMount,
  removeFileCapabilities,
  replaceFileCapabilities,
  setFileCapabilities,
} from './fileCapabilityFixes.ts';
import { applyFix, combine, type Fix, type FixId } from './fix.ts';
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

/** The privilege ladder, least first: the order in which fixes are offered. */
const ladder: readonly FixId[] = [
  'make-executable',
  'run-in-sandbox',
  'run-with-ambient-capabilities',
  'debug-with-ambient-capabilities',
  'release-tun-device',
  'own-tun-device',
  'set-file-capabilities',
  'remove-file-capabilities',
  'move-off-mount',
  'create-device-node',
  'open-device-node',
  'honour-device-nodes',
  'load-tun-driver',
  'allow-device-in-cgroup',
  'widen-ping-group-range',
  'lower-unprivileged-port-start',
  'allow-user-namespaces',
];

/**
 * The repairs that help operations on a launch path, least privilege first. Each was applied to the
 * evidence and judged again: one after which none of the operations is allowed is not offered. What
 * helps all of them is preferred; an operation that is left out gets repairs of its own.
 */
export function repairsFor(
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Fix[] {
  const shared = sharedRepairs(system, operations, path);
  const leftOut = operations.filter(
    (operation) => !shared.some((fix) => leadsToAllowed(system, operation, path, fix)),
  );
  const own = operations.length === 1 ? [] : leftOut;
  return inLadderOrder([
    ...shared,
    ...own.flatMap((operation) => sharedRepairs(system, [operation], path)),
  ]);
}

/** Whether the operation is allowed once the fix was applied. */
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

/** Least privilege first; the same repair for several launch paths is one. */
export function inLadderOrder(fixes: readonly Fix[]): readonly Fix[] {
  const byStep = new Map(fixes.map((fix) => [JSON.stringify([fix.id, fix.steps]), fix] as const));
  return [...byStep.values()].sort(
    (one, other) => ladder.indexOf(one.id) - ladder.indexOf(other.id),
  );
}

/** Where no repair suffices alone, pairs are tried: a device node that is closed, then a capability. */
function sharedRepairs(
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Fix[] {
  const helps = (fix: Fix): boolean =>
    operations.some((operation) => leadsToAllowed(system, operation, path, fix));
  const single = candidates(system, operations, path);
  const enough = single.filter(helps);
  if (enough.length > 0) return firstOfEach(enough);
  return single
    .filter(({ effects }) => effects.every(({ kind }) => kind !== 'start-with'))
    .flatMap((first) =>
      candidates(applyFix(system, first), operations, path)
        .filter(({ id }) => id !== first.id)
        .map((second) => combine(first, second)),
    )
    .filter(helps);
}

function candidates(
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Fix[] {
  const needed = neededCapabilities(operations);
  const debugging = path === 'debugger' || path === 'ambient-debugger';
  const wants = (...ids: readonly Operation['id'][]): boolean =>
    operations.some(({ id }) => ids.includes(id));
  const tun = wants('tun.create', 'tun.attach');
  return [
    makeExecutable(system),
    runInSandbox(system),
    debugging
      ? debugWithAmbientCapabilities(system, needed)
      : runWithAmbientCapabilities(system, needed),
    setFileCapabilities(system, needed),
    replaceFileCapabilities(system, needed),
    removeFileCapabilities(system),
    moveOffMount(system, needed),
    ...(tun ? deviceFixes(system) : []),
    wants('socket.ping') ? widenPingGroupRange() : null,
    wants('bind.low-port') ? lowerUnprivilegedPortStart(system) : null,
    allowUserNamespaces(system),
  ].filter((fix) => fix !== null);
}

function deviceFixes(system: System): readonly (Fix | null)[] {
  return [
    releaseTunDevice(system),
    ownTunDevice(system),
    createDeviceNode(system),
    openDeviceNode(system),
    honourDeviceNodes(system),
    loadTunDriver(system),
    allowDeviceInCgroup(system),
  ];
}

/** Where two candidates do the same thing more and less carefully, the careful one comes first. */
function firstOfEach(fixes: readonly Fix[]): readonly Fix[] {
  return fixes.filter(({ id }, index) => fixes.findIndex((other) => other.id === id) === index);
}
