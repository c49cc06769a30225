import { takes, type BinfmtEntry } from '../model/binfmtEntry.ts';
import { elfMachine, executableFormat, type ElfHeader } from '../model/executableFormat.ts';
import type { CapabilityAttribute, ProgramFile, ProgramFormat } from '../model/programFile.ts';
import { compiledLanguage, scriptLanguage, type SourceLanguage } from '../model/sourceLanguage.ts';
import type { Program } from '../model/system.ts';
import { invalidId } from '../model/userNamespace.ts';
import { collectBinfmtEntries } from './binfmtEvidence.ts';
import type { FileFacts, ProbeFailure } from '../protocol/probe.ts';
import type { FileStamp } from '../model/sighting.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';
import { missingReason } from './missing.ts';
import type { Sightings } from './sightings.ts';
import { mountOf, outermost } from './mountEvidence.ts';

/** Why a path is not a program that could be judged. */
export type ProgramProblem =
  | { readonly kind: 'not-found'; readonly failure: ProbeFailure }
  | { readonly kind: 'not-regular'; readonly type: FileFacts['type'] }
  | { readonly kind: 'replaced' };

export type CollectedProgram =
  | { readonly kind: 'program'; readonly program: Program; readonly identity: FileIdentity }
  | { readonly kind: 'problem'; readonly problem: ProgramProblem };

/** Tells whether a path still names the file that was looked at. */
export interface FileIdentity {
  readonly inode: string;
  readonly device: string;
  readonly changed: string;
}

/** The kernel follows five interpreters; one more shows that it would refuse. */
const maximumInterpreters = 6;

/**
 * Looks at a program and at the interpreters it names, and remembers it where it has capabilities.
 * @param name as the user wrote it, for messages
 * @param path absolute
 */
export async function collectProgram(
  host: Host,
  view: IdView,
  sightings: Sightings,
  name: string,
  path: string,
): Promise<CollectedProgram> {
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok) return { kind: 'problem', problem: { kind: 'not-found', failure: reply.error } };
  const facts = reply.result;
  if (facts.replaced) return { kind: 'problem', problem: { kind: 'replaced' } };
  if (facts.type !== 'regular') {
    return { kind: 'problem', problem: { kind: 'not-regular', type: facts.type } };
  }
  const entries = await collectBinfmtEntries(host);
  const notes: Notes = { assumptions: [], capabilityUnseen: null };
  const realPath = 'value' in facts.realPath ? facts.realPath.value : path;
  const [file, language, previous] = await Promise.all([
    programFile({ host, view, entries, notes }, facts, path, 0),
    languageOf(host, facts, path),
    sightings.recall(realPath),
  ]);
  const stamp = stampOf(view, facts);
  const { capability } = file;
  if (capability.kind === 'bytes') {
    await sightings.remember(realPath, { capability: capability.bytes, stamp });
  }
  const capabilityStorage = facts.capabilityAbsence === 'EOPNOTSUPP' ? 'unsupported' : 'possible';
  return {
    kind: 'program',
    program: { name, file, capabilityStorage, stamp, previous, language, ...notes },
    identity: identityOf(facts),
  };
}

export function identityOf({ inode, device, ctimeNs }: FileFacts): FileIdentity {
  return { inode, device: `${device.major}:${device.minor}`, changed: ctimeNs };
}

function stampOf(view: IdView, facts: FileFacts): FileStamp {
  const { inode, device, size, mtimeNs, ctimeNs, birthNs } = facts;
  return {
    inode,
    device: `${device.major}:${device.minor}`,
    size,
    uid: view.uid(facts.uid),
    gid: view.gid(facts.gid),
    modified: mtimeNs,
    changed: ctimeNs,
    born: birthNs,
  };
}

/** With what a program and its interpreters are looked at. */
interface Look {
  readonly host: Host;
  readonly view: IdView;
  readonly entries: readonly BinfmtEntry[];
  readonly notes: Notes;
}

interface Notes {
  assumptions: string[];
  /** The last file of the interpreter chain is the one whose capabilities count. */
  capabilityUnseen: string | null;
}

async function programFile(
  look: Look,
  facts: FileFacts,
  path: string,
  depth: number,
): Promise<ProgramFile> {
  const { view, notes } = look;
  const attribute = capabilityOf(facts);
  notes.capabilityUnseen = attribute.unseen;
  const format = await formatOf(look, facts, path, depth);
  if (format.kind === 'registered' && format.flags.credentials) {
    notes.capabilityUnseen = attribute.unseen;
  }
  const owner = ownerOf(view, facts, path, notes);
  const mount = mountOf(facts, outermost(view.namespace));
  return { path, mode: facts.mode, ...owner, capability: attribute.capability, mount, format };
}

/** What the kernel shows for an id that has none here, unless `kernel.overflowuid` says otherwise. */
const overflowId = 65534;

/** The map of an idmapped mount cannot be read; stat(2) has applied it. */
function ownerOf(
  view: IdView,
  { uid, gid, mount }: FileFacts,
  path: string,
  notes: Notes,
): { readonly uid: number; readonly gid: number } {
  const idmapped = 'value' in mount && mount.value.options.includes('idmapped');
  const nobodys = (id: number): boolean => idmapped && id === overflowId;
  if (nobodys(uid) || nobodys(gid)) {
    notes.assumptions.push(
      `${path} lies on an idmapped mount, whose map cannot be read: its owner or group shows as ${String(overflowId)} and is taken for nobody’s.`,
    );
  }
  return {
    uid: nobodys(uid) ? invalidId : view.uid(uid),
    gid: nobodys(gid) ? invalidId : view.gid(gid),
  };
}

function capabilityOf({ capability }: FileFacts): {
  readonly capability: CapabilityAttribute;
  readonly unseen: string | null;
} {
  if ('value' in capability) {
    const hex = capability.value;
    return {
      capability:
        hex === null ? { kind: 'none' } : { kind: 'bytes', bytes: Buffer.from(hex, 'hex') },
      unseen: null,
    };
  }
  // The attribute exists and names a root that has no id here (cap_inode_getsecurity()).
  if ('error' in capability && capability.error.errno === 'EOVERFLOW') {
    return { capability: { kind: 'other-namespace' }, unseen: null };
  }
  return { capability: { kind: 'none' }, unseen: missingReason(capability) };
}

async function formatOf(
  look: Look,
  facts: FileFacts,
  path: string,
  depth: number,
): Promise<ProgramFormat> {
  const { host, entries, notes } = look;
  if (!('value' in facts.head)) {
    notes.assumptions.push(
      `${path} cannot be read (${missingReason(facts.head)}), so it is judged as a native program, not as a script.`,
    );
    return { kind: 'native' };
  }
  const head = Buffer.from(facts.head.value, 'hex');
  // binfmt_misc is asked before the formats that the kernel knows itself.
  const entry = entries.find((each) => takes(each, path, head));
  if (entry !== undefined) {
    const { flags } = entry;
    const next = await interpreterOf(look, entry.interpreter, depth);
    return next.kind === 'refused' ? next : { kind: 'registered', interpreter: next.file, flags };
  }
  const format = executableFormat(head);
  switch (format.kind) {
    case 'elf':
      return elfFormat(host, format.elf);
    case 'other':
      return { kind: 'refused', errno: 'ENOEXEC', problem: format.problem };
    case 'script': {
      const interpreter = format.interpreter;
      if (!interpreter.startsWith('/')) {
        notes.capabilityUnseen = `its interpreter ${interpreter} depends on the working directory`;
        return { kind: 'native' };
      }
      const next = await interpreterOf(look, interpreter, depth);
      return next.kind === 'refused' ? next : { kind: 'script', interpreter: next.file };
    }
  }
}

type Interpreter =
  | { readonly kind: 'found'; readonly file: ProgramFile }
  | Extract<ProgramFormat, { kind: 'refused' }>;

async function interpreterOf(look: Look, path: string, depth: number): Promise<Interpreter> {
  if (depth >= maximumInterpreters) {
    return {
      kind: 'refused',
      errno: 'ENOEXEC',
      problem: 'its chain of interpreters does not end',
    };
  }
  const reply = await look.host.request({ kind: 'file', path });
  if (!reply.ok) {
    return {
      kind: 'refused',
      errno: 'ENOENT',
      problem: `its interpreter ${path} cannot be found: ${reply.error.reason}`,
    };
  }
  if (reply.result.type !== 'regular') {
    return {
      kind: 'refused',
      errno: 'EACCES',
      problem: `its interpreter ${path} is not a regular file`,
    };
  }
  const file = await programFile(look, reply.result, path, depth + 1);
  return { kind: 'found', file };
}

/** What a program was written in; null where nothing tells. */
export async function languageOf(
  host: Host,
  { head }: FileFacts,
  path: string,
): Promise<SourceLanguage | null> {
  if (!('value' in head)) return null;
  const format = executableFormat(Buffer.from(head.value, 'hex'));
  switch (format.kind) {
    case 'script':
      return scriptLanguage(format.interpreter, format.argument);
    case 'elf': {
      const reply = await host.request({ kind: 'sections', path });
      return reply.ok ? compiledLanguage(reply.result.names, reply.result.comment) : null;
    }
    case 'other':
      return null;
  }
}

async function elfFormat(host: Host, elf: ElfHeader): Promise<ProgramFormat> {
  if (!elf.executable) {
    return { kind: 'refused', errno: 'ENOEXEC', problem: 'it is an ELF file, but not a program' };
  }
  if (!(await runsHere(host, elf))) {
    return {
      kind: 'refused',
      errno: 'ENOEXEC',
      problem: `it is built for ${machineName(elf)}, and this machine is ${host.architecture}`,
    };
  }
  const { dynamicLinker } = elf;
  if (dynamicLinker?.startsWith('/') === true) {
    const reply = await host.request({ kind: 'file', path: dynamicLinker });
    if (!reply.ok) {
      return {
        kind: 'refused',
        errno: 'ENOENT',
        problem: `its dynamic linker ${dynamicLinker} is not installed`,
      };
    }
  }
  return { kind: 'native' };
}

async function runsHere(host: Host, { bits, machine }: ElfHeader): Promise<boolean> {
  switch (host.architecture) {
    case 'x64':
      if (bits === 64) return machine === elfMachine.x86_64;
      return machine === elfMachine.i386 && (await hasIa32Emulation(host));
    case 'arm64':
      return bits === 64 && machine === elfMachine.aarch64;
    case 'riscv64':
      return bits === 64 && machine === elfMachine.riscv;
    default:
      return true;
  }
}

/** The sysctl exists exactly where CONFIG_IA32_EMULATION is built in (arch/x86/entry/vdso/vdso32-setup.c). */
async function hasIa32Emulation(host: Host): Promise<boolean> {
  const reply = await host.request({ kind: 'read', path: '/proc/sys/abi/vsyscall32' });
  return reply.ok;
}

function machineName({ machine, bits }: ElfHeader): string {
  const name = Object.entries(elfMachine).find(([, number]) => number === machine)?.[0];
  return `${name ?? `ELF machine ${String(machine)}`} (${String(bits)} bits)`;
}
