import type { Fix } from '../fixes/fix.ts';
import { toHex } from '../model/capabilitySet.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Sighting } from '../model/sighting.ts';
import { utcTime } from '../model/utcTime.ts';
import type { Credentials } from '../model/credentials.ts';
import type { OperationVerdict } from '../model/judge.ts';
import type { Launcher } from '../model/system.ts';
import type { Verdict } from '../model/verdict.ts';
import type { CheckReport } from './checkReport.ts';
import { reasonRecord } from './reasonRecord.ts';
import { describeReason } from './reasonText.ts';
import { fileCapabilityText, modeText } from './words.ts';

/** The report of `capwright check --json`; `schema` changes when a field changes its meaning. */
export function checkJson({ system, operations, judgement, findings }: CheckReport): object {
  const { file, name, assumptions, capabilityUnseen, capabilityStorage, previous } = system.program;
  const { launcher, debugLauncher } = system;
  return {
    schema: 'capwright.check/1',
    kernel: system.kernelRelease,
    program: {
      name,
      path: file.path,
      mode: modeText(file.mode),
      uid: file.uid,
      gid: file.gid,
      capabilities: fileCapabilityText(file),
      capabilitiesUnseen: capabilityUnseen,
      capabilitiesStorage: capabilityStorage,
      previous: previousJson(previous),
      mount: {
        mountPoint: file.mount.mountPoint,
        fsType: file.mount.fsType,
        nosuid: file.mount.nosuid,
        noexec: file.mount.noexec,
      },
      assumptions,
    },
    launcher: launcherJson(launcher),
    debugLauncher: launcherJson(debugLauncher ?? launcher),
    securityModules: system.securityModules.kind === 'known' ? system.securityModules.value : null,
    operations: operations.map(({ id }) => id),
    paths: judgement.paths.map(({ path, credentials, secureExec, verdicts }) => ({
      path,
      credentials: credentials === null ? null : credentialsJson(credentials),
      secureExec,
      verdicts: verdicts.map(({ operation, verdict }) => ({ operation, ...verdictJson(verdict) })),
    })),
    findings: findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      confidence: finding.confidence,
      subject: finding.subject,
      message: finding.message,
      fixes: finding.fixes.map(fixJson),
    })),
  };
}

/** What the program was when it was last seen with capabilities; null: never. */
function previousJson(previous: Evidence<Sighting | null>): object | null {
  if (previous.kind === 'unknown') return { unseen: previous.reason };
  if (previous.value === null) return null;
  const { capability, stamp } = previous.value;
  return {
    capabilities: fileCapabilityText({ capability: { kind: 'bytes', bytes: capability } }),
    inode: stamp.inode,
    device: stamp.device,
    changed: utcTime(stamp.changed),
  };
}

/** The answer of `capwright can --json`. */
export function canJson({
  launcher,
  verdicts,
}: {
  readonly launcher: Launcher;
  readonly verdicts: readonly OperationVerdict[];
}): object {
  const { vantage, credentials } = launcher;
  return {
    schema: 'capwright.can/1',
    process: vantage,
    credentials: credentials.kind === 'known' ? credentialsJson(credentials.value) : null,
    operations: verdicts.map(({ operation, verdict }) => ({ operation, ...verdictJson(verdict) })),
  };
}

/**
 * The answer of `capwright why --json`.
 * @param answer that of `capwright check --json` about a program, or of `capwright can --json`; null where the
 *   message is about a unit alone
 */
export function whyJson(
  { lines, units }: { readonly lines: readonly string[]; readonly units: readonly string[] },
  answer: object | null,
): object {
  return { schema: 'capwright.why/1', meaning: lines, units, answer };
}

function launcherJson({ vantage, confinement, securityLabel, seccomp }: Launcher): object {
  const [found, unseen] =
    confinement.kind === 'known' ? [confinement.value, null] : [null, confinement.reason];
  return { ...vantage, confinement: found, confinementUnseen: unseen, securityLabel, seccomp };
}

export function credentialsJson(credentials: Credentials): object {
  const { uid, gid, groups, noNewPrivs, securebits } = credentials;
  return {
    uid: [uid.real, uid.effective, uid.saved],
    gid: [gid.real, gid.effective, gid.saved],
    groups,
    permitted: toHex(credentials.permitted),
    effective: toHex(credentials.effective),
    inheritable: toHex(credentials.inheritable),
    bounding: toHex(credentials.bounding),
    ambient: toHex(credentials.ambient),
    securebits,
    noNewPrivs,
    userNamespace: credentials.userNamespace.id,
  };
}

/** A verdict, with what it goes by. */
export function verdictJson(verdict: Verdict): object {
  const reasons = verdict.reasons.map((reason) => ({
    ...reasonRecord(reason),
    text: describeReason(reason),
  }));
  switch (verdict.kind) {
    case 'allowed':
      return verdict.unseen.length === 0
        ? { verdict: 'allowed', reasons }
        : { verdict: 'allowed', unseen: verdict.unseen, reasons };
    case 'unknown':
      return { verdict: 'unknown', unseen: verdict.unseen, reasons };
    case 'denied': {
      const { call, errno, refusal } = verdict;
      const gate = refusal.rule === 'gate' ? refusal.gate : refusal.rule;
      return { verdict: 'denied', call, errno, gate, reasons };
    }
  }
}

function fixJson({ id, title, remark, applicability, needs, steps, inverse }: Fix): object {
  return { id, title, remark, applicability, needs, steps, inverse };
}
