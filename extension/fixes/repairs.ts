import { judgePath } from '../model/judge.ts';
import type { CapabilitySet } from '../model/capabilitySet.ts';
import { launcherOn, type LaunchPath } from '../model/launchPath.ts';
import { neededCapabilities, type Operation } from '../model/operations.ts';
import type { GateId } from '../model/reason.ts';
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
import { enterGroup, logInAgain, missingGroups } from './groupFixes.ts';
import { applyFix, combine, type Fix, type FixEffect, type FixId } from './fix.ts';
import {
  debugWithAmbientCapabilities,
  runInSandbox,
  runParentWithAmbientCapabilities,
  runWithAmbientCapabilities,
  withOwnLock,
} from './launchFixes.ts';
import { raiseAmbientInParent } from './parentFixes.ts';
import {
  allowTracing,
  allowUserNamespaces,
  lowerUnprivilegedPortStart,
  makeExecutable,
  widenPingGroupRange,
} from './systemFixes.ts';

/** The privilege ladder, least first: the order in which fixes are offered. */
const ladder: readonly FixId[] = [
  'make-executable',
  'enter-group',
  'log-in-again',
  'run-in-sandbox',
  'run-with-ambient-capabilities',
  'debug-with-ambient-capabilities',
  'run-parent-with-ambient-capabilities',
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
  'allow-tracing',
  'raise-ambient-in-parent',
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
  const helped = new Set(shared.flatMap((fix) => helpedBy(fix, system, operations, path)));
  const leftOut = operations.length === 1 ? [] : operations.filter((each) => !helped.has(each));
  const own = leftOut.flatMap((operation) => sharedRepairs(system, [operation], path));
  return inLadderOrder([...shared, ...own].map((fix) => sayWhereSudoWorks(system, fix)));
}

/** The operations that are allowed once the fix was applied. */
export function helpedBy(
  fix: Fix,
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Operation[] {
  const startedWith = fix.effects.find((effect) => effect.kind === 'start-with')?.path ?? path;
  const { verdicts } = judgePath(startedWith, applyFix(system, fix), operations);
  return operations.filter((_, index) => verdicts[index]?.verdict.kind === 'allowed');
}

/** Least privilege first; the same repair for several launch paths is one. */
export function inLadderOrder(fixes: readonly Fix[]): readonly Fix[] {
  const byStep = new Map(fixes.map((fix) => [JSON.stringify([fix.id, fix.steps]), fix] as const));
  return [...byStep.values()].sort(byLadder);
}

/**
 * Where no repair suffices alone, pairs are tried: one that lifts the refusal that stands, such as a
 * closed device node, then one for the refusal behind it.
 */
function sharedRepairs(
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Fix[] {
  const helps = (fix: Fix): boolean => helpedBy(fix, system, operations, path).length > 0;
  const single = candidates(system, operations, path);
  const enough = single.filter(helps);
  if (enough.length > 0) return firstOfEach(enough);
  const standing = refusals(system, operations, path);
  return single
    .filter(({ effects }) => !effects.some(startsElsewhere))
    .filter((first) => refusals(applyFix(system, first), operations, path) !== standing)
    .flatMap((first) =>
      candidates(applyFix(system, first), operations, path)
        .filter(({ id }) => id !== first.id)
        .map((second) => combine(first, second)),
    )
    .filter(helps);
}

/** What opens a shell or starts the program cannot be followed by another repair. */
function startsElsewhere(effect: FixEffect): boolean {
  return effect.kind === 'start-with' || (effect.kind === 'groups' && effect.of === 'launcher');
}

/** What stands in the way of the operations, to be compared. */
function refusals(system: System, operations: readonly Operation[], path: LaunchPath): string {
  const { verdicts } = judgePath(path, system, operations);
  return verdicts
    .map(({ verdict }) => {
      if (verdict.kind !== 'denied') return verdict.kind;
      const { refusal } = verdict;
      return refusal.rule === 'gate' ? refusal.gate : refusal.rule;
    })
    .join(' ');
}

/** sudo is a set-user-ID program: below no_new_privs it becomes nobody else. */
function sayWhereSudoWorks({ launcher: { credentials } }: System, fix: Fix): Fix {
  const sudo = fix.steps.some((step) => step.kind === 'command' && step.argv[0] === 'sudo');
  return sudo && credentials.kind === 'known' && credentials.value.noNewPrivs
    ? { ...fix, remark: `${fix.remark} · in a shell without no_new_privs: sudo needs that` }
    : fix;
}

function candidates(
  system: System,
  operations: readonly Operation[],
  path: LaunchPath,
): readonly Fix[] {
  const needed = neededCapabilities(operations);
  const meets = (gate: GateId): boolean =>
    operations.some(({ gates }) => gates.some(({ id }) => id === gate));
  const starts = [runInSandbox(system), ...launchFixes(system, needed, path)].filter(
    (fix) => fix !== null,
  );
  return [
    makeExecutable(system),
    ...missingGroups(launcherOn(path, system)).flatMap((group) => [
      enterGroup(system, group),
      logInAgain(group),
    ]),
    ...starts,
    ...(meets('xtables-lock') ? starts.map((fix) => withOwnLock(fix, system)) : []),
    setFileCapabilities(system, needed),
    replaceFileCapabilities(system, needed),
    removeFileCapabilities(system),
    moveOffMount(system, needed),
    ...(meets('device-node-exists') ? deviceFixes(system) : []),
    meets('ping-group-range') ? widenPingGroupRange() : null,
    meets('low-port') ? lowerUnprivilegedPortStart(system) : null,
    allowUserNamespaces(system),
  ]
    .filter((fix) => fix !== null)
    .sort(byLadder);
}

/** What changes how the program is started, where it is started that way now. */
function launchFixes(
  system: System,
  needed: CapabilitySet,
  path: LaunchPath,
): readonly (Fix | null)[] {
  switch (path) {
    case 'debugger':
    case 'ambient-debugger':
      return [debugWithAmbientCapabilities(system, needed), allowTracing(system)];
    case 'child':
      return [
        runParentWithAmbientCapabilities(system, needed),
        ...raiseAmbientInParent(system, needed),
      ];
    default:
      return [runWithAmbientCapabilities(system, needed)];
  }
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

function byLadder(one: Fix, other: Fix): number {
  return ladder.indexOf(one.id) - ladder.indexOf(other.id);
}

/** Where two candidates do the same thing more and less carefully, the careful one comes first. */
function firstOfEach(fixes: readonly Fix[]): readonly Fix[] {
  return fixes.filter(
    ({ id, title }, index) =>
      fixes.findIndex((other) => other.id === id && other.title === title) === index,
  );
}
