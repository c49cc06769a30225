/** A resolved configuration of launch.json: variables substituted, defaults of its extension filled in. */
export type DebugConfiguration = Readonly<Record<string, unknown>>;

/** What gives capabilities, and where programs that stand for others may be written. */
export interface AmbientLauncher {
  /** The command that becomes the one appended to it, with the ambient set: `capwright-launch --caps … --`. */
  readonly words: readonly string[];
  /** A private folder, absolute, in which the wrappers get their paths. */
  readonly folder: string;
  /** Whether root starts it, by sudo: its environment is another one then, and nobody but root can stop sudo. */
  readonly elevates: boolean;
}

/**
 * A program to be written for a key that takes a path and no arguments. It becomes `words` with the program and
 * its own arguments behind them, by exec: descriptors, environment and process id stay, and it prints nothing.
 */
export interface Wrapper {
  readonly path: string;
  readonly words: readonly string[];
  readonly program: Sought;
  /** Where it hands its variables over to the program, which those of `words` do not reach; a path not yet there. */
  readonly environment?: string;
}

/** A program that has to be found first: what starts it may have another PATH. */
export interface Sought {
  /** An absolute path or a name, the first of which that is there counts. */
  readonly names: readonly string[];
  /** Looked for first where this program really lies, links followed. */
  readonly beside?: string;
}

/** A configuration under which debugger and debuggee hold the ambient set, or why there is none. */
export type Rewriting =
  | {
      readonly kind: 'rewritten';
      readonly configuration: DebugConfiguration;
      readonly wrappers: readonly Wrapper[];
    }
  | { readonly kind: 'refused'; readonly refusal: RewritingRefusal };

export type RewritingRefusal =
  | { readonly rule: 'debugger-unknown'; readonly type: string }
  /** The process runs already, with the credentials that it has. */
  | { readonly rule: 'debuggee-runs-already'; readonly key: string }
  /** Something else than this debugger starts the debuggee, perhaps on another machine. */
  | { readonly rule: 'debuggee-started-elsewhere'; readonly key: string }
  /** A core dump or a recording: no process is started. */
  | { readonly rule: 'debuggee-is-recorded'; readonly key: string }
  /** A terminal outside the editor starts the debugger, with credentials that nobody has seen. */
  | { readonly rule: 'terminal-outside'; readonly key: string }
  /** The configuration asks for root, whose programs another user can neither pause nor read. */
  | { readonly rule: 'runs-as-root'; readonly key: string }
  /** The debugger, which holds the capabilities, would run the compiler and all that a build runs. */
  | { readonly rule: 'debugger-builds'; readonly key: string; readonly mode: string }
  /** It would be stopped and paused by signals to its process, which is sudo’s, of root. */
  | { readonly rule: 'debugger-under-sudo'; readonly type: string }
  /** Something that starts other programs would hold the capabilities as well. */
  | { readonly rule: 'runtime-starts-others'; readonly key: string; readonly program: string }
  /** Any user of the machine could connect to a server that holds capabilities. */
  | { readonly rule: 'server-on-network'; readonly key: string }
  /** No key of a configuration reaches the debugger, only a setting, which holds for every session. */
  | { readonly rule: 'reached-by-setting'; readonly setting: string }
  | { readonly rule: 'value-unreadable'; readonly key: string };

/** The rewriting for one family of configurations. */
export type Rewrite = (configuration: DebugConfiguration, launcher: AmbientLauncher) => Rewriting;

export function refused(refusal: RewritingRefusal): Rewriting {
  return { kind: 'refused', refusal };
}

/** Whether a key is set to something that turns it on. */
export function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** Puts a wrapper in the place of the program that a key names. It keeps the name, by which some are recognised. */
export function wrapProgram(
  configuration: DebugConfiguration,
  key: string,
  byDefault: string,
  { words, folder, elevates }: AmbientLauncher,
): Rewriting {
  const program = configuration[key] ?? byDefault;
  if (typeof program !== 'string' || program === '')
    return refused({ rule: 'value-unreadable', key });
  const path = `${folder}/${baseName(program)}`;
  return {
    kind: 'rewritten',
    configuration: { ...configuration, [key]: path },
    wrappers: [
      {
        ...{ path, words, program: { names: [program] } },
        ...(elevates ? { environment: `${path}.env` } : {}),
      },
    ],
  };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
