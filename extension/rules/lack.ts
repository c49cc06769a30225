import { has, type CapabilitySet } from '../model/capabilitySet.ts';
import { capabilityName, type Capability } from '../model/capability.ts';
import { formatFileCapability } from '../model/capabilityText.ts';
import { SECBIT_NOROOT, type Credentials } from '../model/credentials.ts';
import { credentialFile, S_ISUID, type ProgramFile } from '../model/programFile.ts';
import type { ExecReason, LaunchReason, Reason, UnsafeExec } from '../model/reason.ts';
import type { CapabilityLoss, FileStamp } from '../model/sighting.ts';
import type { System } from '../model/system.ts';
import { launcherOn, type LaunchPath } from '../model/launchPath.ts';
import { toBase } from '../model/userNamespace.ts';
import { reasonOf, type Denial } from './denial.ts';
import { denialFindings, type Cause } from './findings.ts';
import type { Finding } from './finding.ts';
import type { JudgedSystem, Rule } from './rule.ts';

/** Why a process lacks the capability that a gate asks for. */
export type Lack = Missing & {
  readonly capability: Capability;
  /** As cap_to_name(3) has it. */
  readonly name: string;
  /** The file that the kernel takes the credentials from: the last interpreter's. */
  readonly file: ProgramFile;
};

type Missing =
  | { readonly kind: 'held-in-other-namespace' }
  | { readonly kind: 'held-below-initial-namespace' }
  | {
      readonly kind: 'ambient-not-raised';
      readonly cause: Extract<LaunchReason, { rule: 'ambient-not-raised' }>['cause'];
    }
  | { readonly kind: 'root-by-real-id-only' }
  | { readonly kind: 'not-effective' }
  | {
      readonly kind: 'downgraded';
      readonly causes: readonly UnsafeExec[];
      readonly gainedBy: 'file capabilities' | 'set-user-ID bit' | 'user id 0';
    }
  | { readonly kind: 'root-limited-to-file' }
  | { readonly kind: 'bounded-root' }
  | { readonly kind: 'ambient-cleared-by-file' }
  | { readonly kind: 'capabilities-on-script'; readonly script: string }
  | {
      readonly kind: 'mount-ignores-privilege';
      readonly mountPoint: string;
      readonly cause: 'nosuid' | 'foreign' | 'user-namespace';
    }
  | { readonly kind: 'file-of-other-namespace'; readonly rootId: number | null }
  | { readonly kind: 'file-empty' }
  | { readonly kind: 'beyond-bounding-set' }
  | { readonly kind: 'inheritable-unmet' }
  | { readonly kind: 'file-of-another-kind'; readonly text: string }
  | { readonly kind: 'ambient-cleared-by-id-change' }
  | { readonly kind: 'set-id-ignored'; readonly cause: SetIdIgnored['cause'] }
  | { readonly kind: 'filesystem-without-capabilities'; readonly served: boolean }
  | {
      readonly kind: 'capabilities-lost';
      readonly loss: CapabilityLoss;
      /** What the file had, as getcap(8) prints it. */
      readonly had: string;
      readonly before: FileStamp;
      readonly after: FileStamp;
    }
  | { readonly kind: 'not-passed-on' }
  | { readonly kind: 'root-under-noroot' }
  | { readonly kind: 'nothing-grants-it' };

type SetIdIgnored = Extract<ExecReason, { rule: 'set-id-ignored' }>;

/**
 * The one cause of a refusal for want of a capability; null where the refusal is about something
 * else. A chain can hold several steps that gave nothing: the first that applies, in the order of
 * `steps`, is the one to repair, so that no refusal is reported twice.
 */
export function lackOf(system: System, denial: Denial): Lack | null {
  const { credentials, verdict } = denial;
  const { refusal } = verdict;
  if (credentials === null || refusal.rule !== 'gate' || refusal.looked.kind !== 'capability') {
    return null;
  }
  const { capability, scope } = refusal.looked;
  const file = credentialFile(system.program.file);
  const look: Look = {
    program: system.program.file,
    file,
    capability,
    scope,
    credentials,
    denial,
  };
  for (const step of steps) {
    const missing = step(look);
    if (missing !== null) return { ...missing, capability, name: capabilityName(capability), file };
  }
  return null;
}

/** Findings for the denials whose lack is of one kind. */
export function lackFindings<K extends Lack['kind']>(
  rule: Pick<Rule, 'id' | 'severity'>,
  judged: JudgedSystem,
  kind: K,
  causeOf: (lack: Extract<Lack, { kind: K }>, denial: Denial) => Cause | null,
): readonly Finding[] {
  const isKind = (lack: Lack): lack is Extract<Lack, { kind: K }> => lack.kind === kind;
  return denialFindings(rule, judged, (denial) => {
    const lack = lackOf(judged.system, denial);
    return lack !== null && isKind(lack) ? causeOf(lack, denial) : null;
  });
}

/** The process that starts the program on a launch path, as messages name it: `bash (pid 4121)`. */
export function launcherName(system: System, path: LaunchPath): string {
  const { vantage } = launcherOn(path, system);
  return vantage.pid === null ? vantage.name : `${vantage.name} (pid ${vantage.pid})`;
}

interface Look {
  readonly program: ProgramFile;
  readonly file: ProgramFile;
  readonly capability: Capability;
  /** Where the gate asks for it. */
  readonly scope: 'network' | 'initial' | 'own';
  readonly credentials: Credentials;
  readonly denial: Denial;
}

type Step = (look: Look) => Missing | null;

const steps: readonly Step[] = [
  ({ scope, capability, credentials }) =>
    has(credentials.effective, capability)
      ? { kind: scope === 'initial' ? 'held-below-initial-namespace' : 'held-in-other-namespace' }
      : null,

  (look) => {
    const reason = concerning(look, 'ambient-not-raised', ({ missing }) => missing);
    return reason && { kind: 'ambient-not-raised', cause: reason.cause };
  },

  ({ capability, credentials, denial }) => {
    if (!has(credentials.permitted, capability)) return null;
    const root = reasonOf(denial.verdict, 'root-gains-all');
    return { kind: root?.uid === 'real' ? 'root-by-real-id-only' : 'not-effective' };
  },

  (look) => {
    const reason = concerning(look, 'downgraded', ({ lost }) => lost);
    return reason && { kind: 'downgraded', causes: reason.causes, gainedBy: gainOf(look) };
  },

  ({ denial }) =>
    reasonOf(denial.verdict, 'root-limited-to-file-capabilities') && {
      kind: 'root-limited-to-file',
    },

  ({ credentials }) =>
    isRoot(credentials) && !underNoroot(credentials) ? { kind: 'bounded-root' } : null,

  (look) =>
    clearedAmbient(look) === 'file-capabilities' && grants(look)
      ? { kind: 'ambient-cleared-by-file' }
      : null,

  ({ program }) => {
    const script = scriptWithCapability(program);
    return script && { kind: 'capabilities-on-script', script: script.path };
  },

  ({ denial }) => {
    const reason = reasonOf(denial.verdict, 'mount-ignores-privilege');
    // An empty attribute loses nothing on a mount that ignores it.
    if (reason === null || reasonOf(denial.verdict, 'file-capabilities-empty')) return null;
    const { mountPoint, cause } = reason;
    return { kind: 'mount-ignores-privilege', mountPoint, cause };
  },

  ({ denial }) => {
    const reason = reasonOf(denial.verdict, 'file-capabilities-of-other-namespace');
    return reason && { kind: 'file-of-other-namespace', rootId: reason.rootId };
  },

  ({ denial }) =>
    reasonOf(denial.verdict, 'file-capabilities-empty') &&
    !reasonOf(denial.verdict, 'mount-ignores-privilege')
      ? { kind: 'file-empty' }
      : null,

  (look) =>
    concerning(look, 'beyond-bounding-set', ({ missing }) => missing) && {
      kind: 'beyond-bounding-set',
    },

  (look) =>
    concerning(look, 'inheritable-unmet', ({ capabilities }) => capabilities) && {
      kind: 'inheritable-unmet',
    },

  ({ denial }) => {
    const granted = reasonOf(denial.verdict, 'file-grants');
    if (granted === null) return null;
    return { kind: 'file-of-another-kind', text: formatFileCapability(granted) };
  },

  (look) =>
    clearedAmbient(look) === 'id-change' ? { kind: 'ambient-cleared-by-id-change' } : null,

  ({ file, credentials, denial }) => {
    const reason = reasonOf(denial.verdict, 'set-id-ignored');
    if (reason === null || (file.mode & S_ISUID) === 0) return null;
    const { cause } = reason;
    const wouldBeRoot = cause === 'unmapped' || file.uid === rootOf(credentials);
    return wouldBeRoot ? { kind: 'set-id-ignored', cause } : null;
  },

  ({ denial }) => {
    const reason = reasonOf(denial.verdict, 'filesystem-without-capabilities');
    return reason && { kind: 'filesystem-without-capabilities', served: reason.served };
  },

  ({ denial }) => {
    const reason = reasonOf(denial.verdict, 'file-lost-capabilities');
    if (reason === null) return null;
    const { loss, before, after } = reason;
    return { kind: 'capabilities-lost', loss, before, after, had: formatFileCapability(reason) };
  },

  (look) =>
    concerning(look, 'permitted-not-passed-on', ({ capabilities }) => capabilities) && {
      kind: 'not-passed-on',
    },

  ({ credentials }) => (isRoot(credentials) ? { kind: 'root-under-noroot' } : null),

  () => ({ kind: 'nothing-grants-it' }),
];

/** The chain's reason of a rule, where the capability in question is among those it speaks of. */
function concerning<K extends Reason['rule']>(
  { capability, denial }: Look,
  rule: K,
  setOf: (reason: Extract<Reason, { rule: K }>) => CapabilitySet,
): Extract<Reason, { rule: K }> | null {
  const reason = reasonOf(denial.verdict, rule);
  return reason !== null && has(setOf(reason), capability) ? reason : null;
}

function clearedAmbient(look: Look): 'file-capabilities' | 'id-change' | null {
  return concerning(look, 'ambient-cleared', ({ capabilities }) => capabilities)?.cause ?? null;
}

/** A file with capabilities of its own, and none of them the one in question. */
function grants({ capability, denial }: Look): boolean {
  const granted = reasonOf(denial.verdict, 'file-grants');
  return granted !== null && !has(granted.permitted | granted.inheritable, capability);
}

function gainOf({ denial }: Look): Extract<Missing, { readonly kind: 'downgraded' }>['gainedBy'] {
  if (!reasonOf(denial.verdict, 'root-gains-all')) return 'file capabilities';
  return reasonOf(denial.verdict, 'set-user-id') ? 'set-user-ID bit' : 'user id 0';
}

function rootOf({ userNamespace }: Credentials): number | null {
  return toBase(userNamespace.uidMap, 0);
}

function isRoot(credentials: Credentials): boolean {
  const root = rootOf(credentials);
  return credentials.uid.effective === root || credentials.uid.real === root;
}

function underNoroot({ securebits }: Credentials): boolean {
  return (securebits & SECBIT_NOROOT) !== 0;
}

function scriptWithCapability(file: ProgramFile): ProgramFile | null {
  if (file.format.kind !== 'script') return null;
  return file.capability.kind === 'none' ? scriptWithCapability(file.format.interpreter) : file;
}
