import { isAbsolute, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { entriesOf, textAt } from './folder.ts';
import { launchConfigurationsIn } from './launchConfigurations.ts';
import { withVariables, type Variables } from './variables.ts';

const text = v.optional(v.fallback(v.string(), ''), '');
const attributes = {
  program: text,
  /** In its place, for Native Debug. */
  target: text,
  cwd: text,
  /** Of the debuggers of Go: what `program` is. */
  mode: text,
  /** What interprets `program`: of js-debug and of PHP, of debugpy and its predecessor, of bash, of Java. */
  runtimeExecutable: text,
  python: text,
  pathBash: text,
  javaExec: text,
};
/** Of the debugger of Capwright. */
const capabilities = v.optional(v.fallback(v.array(v.string()), []), []);
const configurationSchema = v.object({
  name: v.string(),
  type: v.string(),
  request: v.string(),
  ...attributes,
  capabilities,
});
type Configuration = v.InferOutput<typeof configurationSchema>;

/** What a launch configuration starts. */
export interface LaunchedProgram {
  readonly candidate: ProgramCandidate;
  /** The key that names it, if anything does. */
  readonly key: string;
  /** Whether it is an interpreter, of a script or of none that can be told. */
  readonly interprets: boolean;
}

/** The programs that the launch configurations of the folder start. */
export async function launchPrograms(
  host: Host,
  variables: Variables,
): Promise<readonly ProgramCandidate[]> {
  const file = join(variables.workspaceFolder, '.vscode/launch.json');
  const candidates: ProgramCandidate[] = [];
  for (const { keys } of launchConfigurationsIn((await textAt(host, file)) ?? '')) {
    const started = await programStartedBy(host, keys, variables);
    if (started !== null) candidates.push(started.candidate);
  }
  return candidates;
}

/**
 * What a configuration starts. Null where that cannot be told, and for one that says too
 * little: VS Code leaves it to its debugger to refuse it.
 */
export async function programStartedBy(
  host: Host,
  keys: Readonly<Record<string, unknown>>,
  variables: Variables,
): Promise<LaunchedProgram | null> {
  const read = v.safeParse(configurationSchema, keys);
  if (!read.success || read.output.request !== 'launch') return null;
  const configuration = read.output;
  const { name, type, capabilities: asked } = configuration;
  const program = programOf(configuration, variables);
  const interpreter = interpreterOf(configuration, variables);
  if (interpreter === null) {
    if (program === null) return null;
    const held = type === 'capwright' && asked.length > 0 ? { capabilities: asked } : {};
    return {
      candidate: { path: program, source: 'launch', name, ...held },
      key: configuration.program === '' ? 'target' : 'program',
      interprets: false,
    };
  }
  // Of a script, it is its interpreter whose capabilities count.
  const path = await onPath(host, interpreter.written, variables);
  if (path === null) return null;
  const script = program === null ? {} : { script: program };
  return {
    candidate: { path, source: 'launch', name, ...script },
    key: interpreter.key,
    interprets: true,
  };
}

/** What the debugger runs; null where that cannot be told. */
function programOf(
  { type, program: named, target, cwd, mode }: Configuration,
  variables: Variables,
): string | null {
  const program = named === '' ? target : named;
  // In every other mode it is a package, and Delve builds a program that it removes again.
  if (program === '' || (type === 'go' && mode !== 'exec')) return null;
  const path = withVariables(program, variables);
  const from = withVariables(cwd, variables);
  return path === null || from === null ? null : resolve(variables.workspaceFolder, from, path);
}

/** What interprets the program, as the configuration names it, or the settings, or else the usual one; null for a program by itself. */
function interpreterOf(
  configuration: Configuration,
  { config }: Variables,
): { readonly key: string; readonly written: string } | null {
  const named = (key: keyof typeof attributes, usual: string) => ({
    key,
    written: configuration[key] === '' ? usual : configuration[key],
  });
  switch (configuration.type) {
    case 'node':
    case 'pwa-node':
      return named('runtimeExecutable', 'node');
    case 'python':
    case 'debugpy': {
      const { key, written } = named('python', config('python.defaultInterpreterPath') ?? '');
      // `python` is what that setting says where nobody has set it; Debian has no such command.
      return { key, written: /^(python)?$/.test(written) ? 'python3' : written };
    }
    case 'php':
      return named('runtimeExecutable', 'php');
    case 'bashdb':
      return named('pathBash', 'bash');
    case 'java':
      return named('javaExec', 'java');
    case 'coreclr':
      // The program is an assembly, unless it was published as a program of its own.
      return configuration.program.endsWith('.dll') ? { key: 'program', written: 'dotnet' } : null;
    default:
      return null;
  }
}

/** As execvp(3) looks for it: only a name without a slash is looked for. */
async function onPath(host: Host, written: string, variables: Variables): Promise<string | null> {
  const name = withVariables(written, variables);
  if (name === null) return null;
  if (name.includes('/')) return resolve(variables.workspaceFolder, name);
  for (const folder of (variables.env['PATH'] ?? '').split(':')) {
    if (!isAbsolute(folder)) continue;
    const entries = await entriesOf(host, folder);
    if (entries.some((entry) => entry.name === name)) return join(folder, name);
  }
  return null;
}
