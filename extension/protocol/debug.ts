/**
 * What `capwright dap` adds to the Debug Adapter Protocol: the launch configuration, and the request
 * for live credentials.
 */
import * as v from 'valibot';

/** How the debugger gets its capabilities: least privilege first. */
export const debugWays = ['auto', 'launcher', 'sudo', 'sandbox'] as const;

export type DebugWay = (typeof debugWays)[number];

export const debuggers = ['gdb', 'gdb-dap', 'lldb', 'python', 'go'] as const;

export type DebuggerName = (typeof debuggers)[number];

const text = v.pipe(v.string(), v.excludes('\0', 'must not contain a NUL byte'));
/** Debuggers take commands line by line, and know no other way to be told. */
const line = v.pipe(text, v.excludes('\n', 'must not contain a line feed'));
const absolutePath = v.pipe(line, v.startsWith('/', 'must be an absolute path'));

/** `launch`. Other keys are the client's own, and are left alone. */
export const launchConfigurationSchema = v.pipe(
  v.object({
    program: absolutePath,
    args: v.optional(v.pipe(v.array(line), v.readonly()), []),
    cwd: v.optional(absolutePath),
    /** Beside those of the adapter. */
    env: v.optional(v.record(v.pipe(line, v.regex(/^[^=]+$/, 'is no name')), line), {}),
    /** As capabilities(7) names them, with or without `cap_`. */
    capabilities: v.optional(v.pipe(v.array(text), v.minLength(1), v.readonly()), ['net_admin']),
    with: v.optional(v.picklist(debugWays), 'auto'),
    debugger: v.optional(v.picklist(debuggers)),
    /** The debugger's own program; by default the one of that name along PATH. */
    debuggerPath: v.optional(line),
    /** Stops in `main`, at the first line in Python, in Go before its runtime begins. */
    stopOnEntry: v.optional(v.boolean(), false),
    console: v.optional(
      v.picklist(['integratedTerminal', 'internalConsole']),
      'integratedTerminal',
    ),
    /** Commands of the debugger, before the program starts. */
    initCommands: v.optional(v.pipe(v.array(line), v.readonly()), []),
  }),
  v.readonly(),
);

export type LaunchConfiguration = v.InferOutput<typeof launchConfigurationSchema>;

/** A process id; as text where an editor has put it in for a variable. */
const pid = v.pipe(
  v.union([
    v.number(),
    v.pipe(v.string(), v.regex(/^\d+$/, 'must be a number'), v.transform(Number)),
  ]),
  v.integer(),
  v.minValue(1),
);

/** `attach`. */
export const attachConfigurationSchema = v.pipe(
  v.object({
    pid: v.optional(pid),
    /** Another name for it. */
    processId: v.optional(pid),
    /** Where its symbols are; by default the file that it executes. */
    program: v.optional(absolutePath),
    /** What the debugger is to hold; by default no more than the process does. */
    capabilities: v.optional(v.pipe(v.array(text), v.readonly())),
    with: v.optional(v.picklist(['auto', 'launcher', 'sudo']), 'auto'),
    debugger: v.optional(v.picklist(debuggers)),
    debuggerPath: v.optional(line),
    initCommands: v.optional(v.pipe(v.array(line), v.readonly()), []),
  }),
  v.readonly(),
);

export type AttachConfiguration = v.InferOutput<typeof attachConfigurationSchema>;

/** Answered at any time while the program runs or is stopped. */
export const credentialsRequest = 'capwright/credentials';

/** One thread's credentials, as the kernel shows them at this moment; sets by name. */
export interface ThreadCredentials {
  readonly tid: number;
  readonly name: string;
  /** Real, effective, saved, file system. */
  readonly uid: readonly number[];
  readonly gid: readonly number[];
  readonly groups: readonly number[];
  readonly permitted: readonly string[];
  readonly effective: readonly string[];
  readonly inheritable: readonly string[];
  readonly bounding: readonly string[];
  readonly ambient: readonly string[];
  readonly noNewPrivs: boolean;
}

export interface CredentialsAnswer {
  readonly pid: number;
  readonly threads: readonly ThreadCredentials[];
}
