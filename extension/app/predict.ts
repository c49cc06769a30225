import * as v from 'valibot';
import { emptySet, fromHex, toHex, type CapabilitySet } from '../model/capabilitySet.ts';
import { sameIds, type Ids } from '../model/credentials.ts';
import type { Capable } from '../model/capable.ts';
import { execTransition, personalityClearedOnGain, type Caller } from '../model/execTransition.ts';
import { kernelRules, type KernelRules } from '../model/kernel.ts';
import type { Mount } from '../model/mount.ts';
import type { ProgramFile, ProgramFormat } from '../model/programFile.ts';
import { tracerCounts } from '../model/tracer.ts';
import { initialUserNamespace, type IdExtent, type UserNamespace } from '../model/userNamespace.ts';
import {
  scenarioSchema,
  type Answer,
  type PredictNamespace,
  type PredictProgram,
  type Scenario,
  type Triple,
} from '../protocol/predict.ts';
import { reasonRecord } from '../report/reasonRecord.ts';

/**
 * Answers one line of `capwright predict`. A line that is not a scenario answers
 * `{"error": "…"}`, which names the field; it never throws.
 */
export function predictLine(line: string): Answer | { readonly error: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    return { error: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const checked = v.safeParse(scenarioSchema, parsed);
  if (!checked.success) return { error: describeIssue(checked.issues[0]) };
  try {
    return predict(checked.output);
  } catch (error) {
    if (error instanceof RangeError) return { error: error.message };
    throw error;
  }
}

/**
 * The exec model alone, on a checked scenario.
 * @throws RangeError for a level that the caller's user namespace does not have above it
 */
export function predict(scenario: Scenario): Answer {
  const kernel = kernelRules(scenario.kernel);
  const levels = namespacesOf(scenario.caller.userNamespace);
  const result = execTransition(
    callerOf(scenario.caller, levels, kernel),
    programOf(scenario.program, 'program', levels),
    kernel,
  );
  const reasons = result.reasons.map(reasonRecord);
  if (result.kind === 'error') return { exec: result.errno, reasons };
  const { credentials } = result;
  const { parentDeathSignal, personality } = scenario.caller;
  return {
    exec: 'ok',
    uid: triple(credentials.uid),
    gid: triple(credentials.gid),
    permitted: toHex(credentials.permitted),
    effective: toHex(credentials.effective),
    inheritable: toHex(credentials.inheritable),
    bounding: toHex(credentials.bounding),
    ambient: toHex(credentials.ambient),
    noNewPrivs: credentials.noNewPrivs,
    securebits: credentials.securebits,
    secureExec: result.secureExec,
    dumpable: result.dumpable,
    ...(parentDeathSignal === undefined
      ? {}
      : { parentDeathSignal: result.keepsParentDeathSignal ? parentDeathSignal : 0 }),
    ...(personality === undefined
      ? {}
      : {
          personality: result.clearsPersonality
            ? personality & ~personalityClearedOnGain
            : personality,
        }),
    reasons,
  };
}

/** The user namespaces from the initial one to the caller's: by level. */
type Levels = readonly [UserNamespace, ...UserNamespace[]];

function callerOf(caller: Scenario['caller'], levels: Levels, kernel: KernelRules): Caller {
  const userNamespace = own(levels);
  return {
    credentials: {
      uid: idsOf(caller.uid),
      gid: idsOf(caller.gid),
      groups: caller.groups,
      permitted: setFrom(caller.permitted),
      effective: setFrom(caller.effective),
      inheritable: setFrom(caller.inheritable),
      bounding: setFrom(caller.bounding),
      ambient: setFrom(caller.ambient),
      securebits: caller.securebits,
      noNewPrivs: caller.noNewPrivs,
      userNamespace,
    },
    tracer: tracerOf(caller.tracer, levels, kernel),
    sharesFs: caller.sharesFs,
  };
}

function tracerOf(
  tracer: Scenario['caller']['tracer'],
  levels: Levels,
  kernel: KernelRules,
): Caller['tracer'] {
  if (tracer === null || 'sysPtrace' in tracer) return tracer;
  const capable = ({ uid, effective, level = 0 }: typeof tracer.tracer): Capable => ({
    uid: sameIds(uid),
    effective: setFrom(effective),
    userNamespace: atLevel(levels, level, 'caller.tracer'),
  });
  const attachment =
    tracer.request === 'attach'
      ? { request: tracer.request, tracer: capable(tracer.tracer) }
      : {
          request: tracer.request,
          tracer: capable(tracer.tracer),
          tracee: capable(tracer.tracee),
        };
  return { sysPtrace: tracerCounts(attachment, own(levels), kernel) };
}

function namespacesOf(namespace: PredictNamespace | null | undefined): Levels {
  if (namespace === null || namespace === undefined) return [initialUserNamespace];
  const above = namespacesOf(namespace.parent);
  return [...above, namespaceOf(namespace, own(above), `level ${String(above.length)}`)];
}

function namespaceOf(
  { uidMap, gidMap, owner = 0 }: PredictNamespace,
  parent: UserNamespace,
  id: string,
): UserNamespace {
  return {
    id,
    parent,
    ownerUid: owner,
    uidMap: uidMap.map(extentOf),
    gidMap: gidMap.map(extentOf),
  };
}

function own(levels: Levels): UserNamespace {
  return levels.at(-1) ?? levels[0];
}

/** @throws RangeError where the caller's namespace does not lie so deep; the message names the field */
function atLevel(levels: Levels, level: number, field: string): UserNamespace {
  const namespace = levels[level];
  if (namespace !== undefined) return namespace;
  const deepest = levels.length - 1;
  throw new RangeError(
    `${field}: ${String(level)} is below the caller, whose level is ${String(deepest)}`,
  );
}

function programOf(program: PredictProgram, path: string, levels: Levels): ProgramFile {
  return {
    path,
    mode: program.mode,
    uid: program.uid,
    gid: program.gid,
    capability:
      program.capability === null
        ? { kind: 'none' }
        : { kind: 'bytes', bytes: Buffer.from(program.capability.slice(2), 'hex') },
    mount: mountOf(program.mount, path, levels),
    format: formatOf(program, path, levels),
  };
}

function mountOf(mount: PredictProgram['mount'], path: string, levels: Levels): Mount {
  const { nosuid, noexec, foreign, superblock = 0, idmap } = mount;
  return {
    nosuid,
    noexec,
    foreign,
    nodev: false,
    superblockNamespace:
      typeof superblock === 'number'
        ? atLevel(levels, superblock, `${path}.mount.superblock`)
        : namespaceOf(superblock, initialUserNamespace, 'another'),
    idmap:
      idmap === undefined
        ? null
        : { uidMap: idmap.uidMap.map(extentOf), gidMap: idmap.gidMap.map(extentOf) },
    mountPoint: 'mount',
    fsType: 'unknown',
    id: null,
  };
}

function formatOf(program: PredictProgram, path: string, levels: Levels): ProgramFormat {
  if (program.interpreter === null) return { kind: 'native' };
  const interpreter = programOf(program.interpreter, `${path}.interpreter`, levels);
  const { binfmt } = program;
  if (binfmt === undefined) return { kind: 'script', interpreter };
  const flags = {
    credentials: binfmt.includes('C'),
    openBinary: binfmt.includes('O'),
    fixBinary: binfmt.includes('F'),
  };
  return { kind: 'registered', interpreter, flags };
}

function extentOf([inside, base, count]: readonly [number, number, number]): IdExtent {
  return { inside, base, count };
}

function idsOf([real, effective, saved]: Triple): Ids {
  return { real, effective, saved };
}

function triple({ real, effective, saved }: Ids): Triple {
  return [real, effective, saved];
}

/** The schema has checked the text; anything else would be empty. */
function setFrom(hex: string): CapabilitySet {
  return fromHex(hex) ?? emptySet;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
