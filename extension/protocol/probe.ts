/**
 * The language of the probe helper: one JSON object a line, requests on its stdin, replies on its
 * stdout. A result holds what the kernel said to this helper, at its vantage, and no judgement.
 *
 * Text is UTF-8; bytes of a name that are not come as U+FFFD. Numbers that may pass 2^53 (inodes, nanoseconds, capability sets) travel as strings.
 */
import * as v from 'valibot';

export const probeVersion = 1;

/** The inode number of the initial user namespace (PROC_USER_INIT_INO, include/linux/proc_ns.h). */
export const initialUserNamespaceInode = '4026531837';

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────

const absolutePath = v.pipe(
  v.string(),
  v.startsWith('/', 'must be an absolute path'),
  v.excludes('\0', 'must not contain a NUL byte'),
);
const processId = v.union([v.literal('self'), v.pipe(v.number(), v.integer(), v.minValue(1))]);
const layer = v.picklist(['tun', 'tap']);
const tunFlag = v.picklist(['no_pi', 'vnet_hdr', 'multi_queue', 'excl']);

export const probeRequestSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('hello') }),
  v.strictObject({ kind: v.literal('file'), path: absolutePath }),
  v.strictObject({ kind: v.literal('sections'), path: absolutePath }),
  v.strictObject({ kind: v.literal('openDevice'), path: absolutePath }),
  v.strictObject({ kind: v.literal('process'), pid: processId }),
  v.strictObject({ kind: v.literal('ownProcesses') }),
  v.strictObject({ kind: v.literal('namespaces'), pid: processId }),
  v.strictObject({
    kind: v.literal('account'),
    uid: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  v.strictObject({ kind: v.literal('userNamespaceAttempt') }),
  v.strictObject({ kind: v.literal('tunDevices') }),
  v.strictObject({ kind: v.literal('binfmtEntries') }),
  v.strictObject({
    kind: v.literal('tunAttempt'),
    device: absolutePath,
    /** Null lets the kernel choose the name. */
    name: v.nullable(v.pipe(v.string(), v.excludes('\0', 'must not contain a NUL byte'))),
    layer,
    /** For an existing device `no_pi` and `vnet_hdr` give way to its own: they would stay with it. */
    flags: v.exactOptional(v.pipe(v.array(tunFlag), v.readonly())),
  }),
  v.strictObject({ kind: v.literal('read'), path: absolutePath }),
  v.strictObject({
    kind: v.literal('kernelConfig'),
    /** Without `CONFIG_`. */
    symbols: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z0-9_]+$/))), v.readonly()),
  }),
  v.strictObject({ kind: v.literal('directory'), path: absolutePath }),
  v.strictObject({ kind: v.literal('text'), path: absolutePath }),
  v.strictObject({ kind: v.literal('pathBelow'), root: absolutePath, path: absolutePath }),
]);

// ── Facts ────────────────────────────────────────────────────────────────────────────────────────

/** A record of a result. Keys that are not known yet are dropped, so that a helper may say more. */
function record<const T extends v.ObjectEntries>(entries: T) {
  return v.pipe(v.object(entries), v.readonly());
}

function list<const T extends v.GenericSchema>(item: T) {
  return v.pipe(v.array(item), v.readonly());
}

const callErrorSchema = record({
  /** The call as the manual names it: `open`, `getxattr`, `ioctl(TUNSETIFF)`. */
  call: v.string(),
  /** `EACCES`; `E<number>` where the number has no name. */
  errno: v.string(),
  message: v.string(),
  path: v.exactOptional(v.string()),
});

/** `unavailable` is for a fact nobody asked the kernel for, and says why; it is never "not there". */
function outcome<const T extends v.GenericSchema>(value: T) {
  return v.union([
    record({ value }),
    record({ error: callErrorSchema }),
    record({ unavailable: v.string() }),
  ]);
}

const decimal = v.pipe(v.string(), v.regex(/^-?\d+$/));
const hexBytes = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/));
const capabilityBits = v.pipe(v.string(), v.regex(/^0x[0-9a-f]+$/));
const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const fourIds = v.pipe(v.tuple([id, id, id, id]), v.readonly());
const idMap = list(v.pipe(v.tuple([id, id, id]), v.readonly()));
const deviceNumber = record({ major: v.number(), minor: v.number() });

const helloResultSchema = record({
  version: v.literal(probeVersion),
  /** `process.version` of the helper. */
  node: v.string(),
  addon: v.variant('loaded', [
    v.object({ loaded: v.literal(true) }),
    /** The dynamic loader's own words. */
    v.object({ loaded: v.literal(false), reason: v.string() }),
  ]),
});

/** One line of /proc/self/mountinfo, proc_pid_mountinfo(5), octal escapes undone. */
const mountFactsSchema = record({
  id: v.number(),
  parentId: v.number(),
  root: v.string(),
  mountPoint: v.string(),
  /** Per-mount options (`nosuid`, `noexec`, `nodev`, `ro`, `idmapped`): the ones exec asks. */
  options: list(v.string()),
  fsType: v.string(),
  source: v.string(),
  superOptions: list(v.string()),
});

const fileFactsSchema = record({
  /** As asked for. Symbolic links in it were followed, as execve(2) follows them. */
  path: v.string(),
  realPath: outcome(v.string()),
  type: v.picklist(['regular', 'directory', 'fifo', 'socket', 'character', 'block']),
  /** Permission, set-id and sticky bits (07777); the type is in `type`. */
  mode: v.number(),
  /** As the helper's user namespace sees them: unmapped ids are the overflow id. */
  uid: id,
  gid: id,
  size: v.number(),
  inode: decimal,
  device: deviceNumber,
  rdev: deviceNumber,
  mtimeNs: decimal,
  ctimeNs: decimal,
  /** Null where the file system does not keep it. */
  birthNs: v.nullable(decimal),
  mountId: outcome(v.number()),
  /**
   * Unavailable although `mountId` is known: the mount is of another mount namespace (execve
   * ignores set-id bits and file capabilities there) or outside the helper's root directory.
   */
  mount: outcome(mountFactsSchema),
  /**
   * The bytes of `security.capability` as getxattr(2) gives them to the helper: a version 3 value
   * of its own user namespace is shown by the kernel as version 2. Null: there is none. EINVAL:
   * version 1, which execve honours, or malformed, upon which it fails; EOVERFLOW: version 3 of a
   * user namespace that the helper cannot name.
   */
  capability: outcome(v.nullable(hexBytes)),
  /** Which errno said that there is none: no such attribute, or a file system without attributes. */
  capabilityAbsence: v.nullable(v.picklist(['ENODATA', 'EOPNOTSUPP'])),
  /** At most the first 4096 bytes; regular files only. */
  head: outcome(hexBytes),
  /** By faccessat2(2) for the helper's effective ids; `execute` is false on a noexec mount. */
  access: outcome(record({ read: v.boolean(), write: v.boolean(), execute: v.boolean() })),
  /** While it was read, the path came to name another file, or the file's inode changed. */
  replaced: v.boolean(),
});

/** Both empty where the file is no elf(5) file, or has no section table. */
const sectionsResultSchema = record({
  names: list(v.string()),
  /** What compilers and linkers wrote into `.comment`, separated by NUL bytes. */
  comment: v.string(),
});

const openDeviceResultSchema = v.variant('opened', [
  v.object({ opened: v.literal(true) }),
  v.object({ opened: v.literal(false), call: v.literal('open'), errno: v.string() }),
]);

const threadFactsSchema = record({
  tid: v.number(),
  name: v.string(),
  /** Real, effective, saved, file system. */
  uid: fourIds,
  gid: fourIds,
  groups: list(id),
  permitted: capabilityBits,
  effective: capabilityBits,
  inheritable: capabilityBits,
  bounding: capabilityBits,
  ambient: capabilityBits,
  noNewPrivs: v.boolean(),
  /** 0 none, 1 strict, 2 filter. */
  seccomp: v.number(),
  /** 0: not traced. */
  tracerPid: v.number(),
});

const processFactsSchema = record({
  pid: v.number(),
  ppid: v.number(),
  name: v.string(),
  /** The link's text: a removed program ends in ` (deleted)`, proc_pid_exe(5). */
  exe: outcome(v.string()),
  /** prctl(PR_GET_SECUREBITS) tells a process about itself alone. */
  securebits: outcome(v.number()),
  /** Credentials belong to threads, capabilities(7); the main thread is first. */
  threads: list(threadFactsSchema),
  /** The text of /proc/PID/cgroup. */
  cgroup: outcome(v.string()),
  /** The text of /proc/PID/attr/current, of whichever LSM owns it, without its line end. */
  appArmor: outcome(v.string()),
});

/** A process of the helper's user. Its exe and cwd are not told where it executes a file with capabilities. */
const ownProcessSchema = record({
  pid: v.number(),
  /** Which file it executes; the text of the link as in `process`. */
  exe: outcome(record({ path: v.string(), inode: decimal, device: deviceNumber })),
  workingDirectory: outcome(v.string()),
  /** As they are now: a process may write over them. */
  arguments: list(v.string()),
});

const namespaceFactsSchema = record({
  user: outcome(
    record({
      inode: decimal,
      /** From the process's own namespace outwards. */
      chain: list(record({ inode: decimal, ownerUid: outcome(id) })),
      /** `hidden`: the parent is not the helper's to see (EPERM); `unknown`: it was not asked for. */
      end: v.picklist(['initial', 'hidden', 'unknown']),
    }),
  ),
  net: outcome(
    record({
      inode: decimal,
      /** The owning user namespace's inode; EPERM: it is outside the helper's. ioctl_nsfs(2) */
      owner: outcome(decimal),
    }),
  ),
  mount: outcome(record({ inode: decimal })),
  /** [inside, outside, count], outside as the helper's user namespace sees it. */
  uidMap: outcome(idMap),
  gidMap: outcome(idMap),
  setgroups: outcome(v.string()),
});

/** What the user database says, which a session took over when it began. Null: no such user. */
const accountFactsSchema = v.nullable(
  record({
    name: v.string(),
    /** The primary one, and those that name the user as a member. */
    groups: list(record({ name: v.string(), gid: id })),
  }),
);

/** The first call that failed on the way to a user namespace with one's own ids; null if none did. */
const userNamespaceAttemptSchema = record({ refusal: v.nullable(callErrorSchema) });

/** One name in a directory. */
const directoryEntrySchema = record({
  name: v.string(),
  type: v.picklist(['regular', 'directory', 'link', 'other']),
  /** Where a symbolic link leads, as it is written; null for anything else. */
  target: v.nullable(v.string()),
});

/** No more than so much of a file is read as text. Bytes. */
export const textLimit = 1024 * 1024;

const textResultSchema = record({
  /** The bytes as they are, in base64. */
  base64: v.pipe(v.string(), v.base64()),
  /** There is more; `base64` is the first `textLimit` bytes of it. */
  truncated: v.boolean(),
});

const tunDeviceSchema = record({
  name: v.string(),
  index: v.number(),
  layer,
  /** Null: not set. */
  owner: v.nullable(id),
  group: v.nullable(id),
  persist: v.boolean(),
  multiQueue: v.boolean(),
  vnetHdr: v.boolean(),
  packetInfo: v.boolean(),
  /** Whether a program holds it. Null: the kernel did not say. */
  attached: v.nullable(v.boolean()),
  up: v.boolean(),
});

/** `call` and `errno` of the first call that failed; both null if none did, and then a name. */
const tunAttemptResultSchema = record({
  call: v.nullable(v.picklist(['open', 'ioctl(TUNSETIFF)'])),
  errno: v.nullable(v.string()),
  name: v.nullable(v.string()),
});

/** The configuration that the running kernel was built with, and where it was read. */
const kernelConfigResultSchema = record({
  source: v.string(),
  /** Of the symbols that were asked for: built in, a module, or neither. */
  settings: v.record(v.string(), v.picklist(['y', 'm', 'n'])),
});

const readResultSchema = record({ text: v.string(), truncated: v.boolean() });

/** The files below /proc/sys/fs/binfmt_misc that can be read. */
const binfmtEntrySchema = record({ name: v.string(), text: v.string() });

/** The result of each kind of request. */
export const probeResultSchemas = {
  hello: helloResultSchema,
  file: fileFactsSchema,
  sections: sectionsResultSchema,
  openDevice: openDeviceResultSchema,
  process: processFactsSchema,
  ownProcesses: list(ownProcessSchema),
  namespaces: namespaceFactsSchema,
  account: accountFactsSchema,
  userNamespaceAttempt: userNamespaceAttemptSchema,
  tunDevices: list(tunDeviceSchema),
  binfmtEntries: list(binfmtEntrySchema),
  tunAttempt: tunAttemptResultSchema,
  read: readResultSchema,
  kernelConfig: kernelConfigResultSchema,
  directory: list(directoryEntrySchema),
  text: textResultSchema,
  /** The path as it is below the root, without links; what is not there is named all the same. */
  pathBelow: v.string(),
} as const;

// ── Failures ─────────────────────────────────────────────────────────────────────────────────────

const probeFailureSchema = v.variant('kind', [
  /** The call without which there is no result failed: `open` of the path, the netlink dump. */
  v.object({ kind: v.literal('call'), reason: v.string(), error: callErrorSchema }),
  /** The helper will not do that (another device, a file outside /proc and /sys). */
  v.object({ kind: v.literal('refused'), reason: v.string() }),
  /** It needs the addon, which did not load. */
  v.object({ kind: v.literal('unavailable'), reason: v.string() }),
  /** The line is no request of this version. */
  v.object({
    kind: v.picklist(['malformed', 'unknownKind', 'version']),
    reason: v.string(),
  }),
  /** A fault of the helper itself. */
  v.object({ kind: v.literal('internal'), reason: v.string() }),
  /** Said by the client, never by a helper: there was no helper, or none that answered. */
  v.object({
    kind: v.picklist(['spawn', 'crash', 'timeout', 'protocol', 'disposed']),
    reason: v.string(),
  }),
]);

// ── Lines ────────────────────────────────────────────────────────────────────────────────────────

const requestId = v.pipe(v.number(), v.integer(), v.minValue(0));

export const requestLineSchema = v.strictObject({
  v: v.literal(probeVersion),
  id: requestId,
  request: probeRequestSchema,
});

/** `id` is null where the request's own could not be read. `result` is checked by its kind. */
export const replyLineSchema = v.variant('ok', [
  v.object({
    v: v.literal(probeVersion),
    id: requestId,
    ok: v.literal(true),
    result: v.unknown(),
  }),
  v.object({
    v: v.literal(probeVersion),
    id: v.nullable(requestId),
    ok: v.literal(false),
    error: probeFailureSchema,
  }),
]);

// ── Types ────────────────────────────────────────────────────────────────────────────────────────

export type ProbeRequest = Readonly<v.InferOutput<typeof probeRequestSchema>>;
export type ProbeKind = ProbeRequest['kind'];
export type ProbeRequestOf<K extends ProbeKind> = Extract<ProbeRequest, { readonly kind: K }>;
export type ProbeResults = {
  readonly [K in ProbeKind]: v.InferOutput<(typeof probeResultSchemas)[K]>;
};
export type ProbeFailure = Readonly<v.InferOutput<typeof probeFailureSchema>>;
export type ProbeReply<K extends ProbeKind = ProbeKind> =
  | { readonly ok: true; readonly result: ProbeResults[K] }
  | { readonly ok: false; readonly error: ProbeFailure };

export type CallError = v.InferOutput<typeof callErrorSchema>;
export type Outcome<T> =
  { readonly value: T } | { readonly error: CallError } | { readonly unavailable: string };

export type HelloResult = ProbeResults['hello'];
export type FileFacts = ProbeResults['file'];
export type MountFacts = v.InferOutput<typeof mountFactsSchema>;
export type ProcessFacts = ProbeResults['process'];
export type OwnProcess = v.InferOutput<typeof ownProcessSchema>;
export type ThreadFacts = v.InferOutput<typeof threadFactsSchema>;
export type NamespaceFacts = ProbeResults['namespaces'];
export type AccountFacts = NonNullable<ProbeResults['account']>;
export type DirectoryEntry = v.InferOutput<typeof directoryEntrySchema>;
export type TunDevice = v.InferOutput<typeof tunDeviceSchema>;
export type TunLayer = v.InferOutput<typeof layer>;
export type TunFlag = v.InferOutput<typeof tunFlag>;
