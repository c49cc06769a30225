import * as v from 'valibot';
import { emptySet, fromHex, toHex, type CapabilitySet } from '../model/capabilitySet.ts';
import type { Ids } from '../model/credentials.ts';
import { execTransition, type Caller } from '../model/execTransition.ts';
import { kernelRules } from '../model/kernel.ts';
import type { ProgramFile } from '../model/programFile.ts';
import { initialUserNamespace, type IdExtent, type UserNamespace } from '../model/userNamespace.ts';
import {
  scenarioSchema,
  type Answer,
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
  return predict(checked.output);
}

/** The exec model alone, on a checked scenario. */
export function predict(scenario: Scenario): Answer {
  const result = execTransition(
    callerOf(scenario.caller),
    programOf(scenario.program, 'program'),
    kernelRules(scenario.kernel),
  );
  const reasons = result.reasons.map(reasonRecord);
  if (result.kind === 'error') return { exec: result.errno, reasons };
  const { credentials } = result;
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
    reasons,
  };
}

function callerOf(caller: Scenario['caller']): Caller {
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
      userNamespace: namespaceOf(caller.userNamespace),
    },
    tracer: caller.tracer,
    sharesFs: caller.sharesFs,
  };
}

function namespaceOf(namespace: Scenario['caller']['userNamespace']): UserNamespace {
  if (namespace === null) return initialUserNamespace;
  return {
    id: 'scenario',
    parent: initialUserNamespace,
    // Who created it matters to gates, not to exec: the tracer's power is given in the scenario.
    ownerUid: 0,
    uidMap: namespace.uidMap.map(extentOf),
    gidMap: namespace.gidMap.map(extentOf),
  };
}

function programOf(program: PredictProgram, path: string): ProgramFile {
  return {
    path,
    mode: program.mode,
    uid: program.uid,
    gid: program.gid,
    capability:
      program.capability === null
        ? { kind: 'none' }
        : { kind: 'bytes', bytes: Buffer.from(program.capability.slice(2), 'hex') },
    mount: {
      ...program.mount,
      nodev: false,
      superblockNamespace: initialUserNamespace,
      mountPoint: 'mount',
      fsType: 'unknown',
      id: null,
    },
    format:
      program.interpreter === null
        ? { kind: 'native' }
        : { kind: 'script', interpreter: programOf(program.interpreter, `${path}’s interpreter`) },
  };
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
