import { isAbsolute, join, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { entriesOf, textAt } from './folder.ts';
import { withVariables, type Variables } from './variables.ts';

const text = v.optional(v.fallback(v.string(), ''), '');
const attributes = {
  program: text,
  cwd: text,
  /** Of the debuggers of Go: what `program` is. */
  mode: text,
  /** What interprets `program`: of js-debug and of PHP, of debugpy and its predecessor, of bash, of Java. */
  runtimeExecutable: text,
  python: text,
  pathBash: text,
  javaExec: text,
  /** Of the debugger of Capwright. */
  capabilities: v.optional(v.fallback(v.array(v.string()), []), []),
};
const configurationSchema = v.object({
  name: v.string(),
  type: v.string(),
  request: v.string(),
  ...attributes,
});
type Configuration = v.InferOutput<typeof configurationSchema>;

/** The programs that the launch configurations of the folder start. */
export async function launchPrograms(
  host: Host,
  variables: Variables,
): Promise<readonly ProgramCandidate[]> {
  const path = join(variables.workspaceFolder, '.vscode/launch.json');
  const candidates: ProgramCandidate[] = [];
  for (const configuration of configurationsIn((await textAt(host, path)) ?? '')) {
    const { name } = configuration;
    const program = programOf(configuration, variables);
    const interpreter = interpreterOf(configuration, variables);
    if (interpreter === null) {
      if (program === null) continue;
      const { type, capabilities } = configuration;
      const held = type === 'capwright' && capabilities.length > 0 ? { capabilities } : {};
      candidates.push({ path: program, source: 'launch', name, ...held });
      continue;
    }
    // Of a script, it is its interpreter whose capabilities count.
    const found = await onPath(host, interpreter, variables);
    if (found === null) continue;
    const script = program === null ? {} : { script: program };
    candidates.push({ path: found, source: 'launch', name, ...script });
  }
  return candidates;
}

/** One that says too little is left out, as VS Code leaves it to its debugger to refuse it. */
function configurationsIn(launch: string): readonly Configuration[] {
  const file = v.safeParse(
    v.object({ configurations: v.array(v.looseObject({ linux: v.optional(v.looseObject({})) })) }),
    parse(launch, [], { allowTrailingComma: true }),
  );
  if (!file.success) return [];
  return file.output.configurations.flatMap((entry) => {
    // What is said for this system counts before what is said for all.
    const read = v.safeParse(configurationSchema, { ...entry, ...entry.linux });
    return read.success && read.output.request === 'launch' ? [read.output] : [];
  });
}

/** What the debugger runs; null where that cannot be told. */
function programOf(
  { type, program, cwd, mode }: Configuration,
  variables: Variables,
): string | null {
  // In every other mode it is a package, and Delve builds a program that it removes again.
  if (program === '' || (type === 'go' && mode !== 'exec')) return null;
  const path = withVariables(program, variables);
  const from = withVariables(cwd, variables);
  return path === null || from === null ? null : resolve(variables.workspaceFolder, from, path);
}

/** What interprets the program, as the configuration names it, or the settings, or else the usual one; null for a program by itself. */
function interpreterOf(configuration: Configuration, { config }: Variables): string | null {
  const { type, runtimeExecutable, python, pathBash, javaExec } = configuration;
  const or = (written: string, usual: string): string => (written === '' ? usual : written);
  switch (type) {
    case 'node':
    case 'pwa-node':
      return or(runtimeExecutable, 'node');
    case 'python':
    case 'debugpy': {
      const written = or(python, config('python.defaultInterpreterPath') ?? '');
      // `python` is what that setting says where nobody has set it; Debian has no such command.
      return written === 'python' ? 'python3' : or(written, 'python3');
    }
    case 'php':
      return or(runtimeExecutable, 'php');
    case 'bashdb':
      return or(pathBash, 'bash');
    case 'java':
      return or(javaExec, 'java');
    case 'coreclr':
      // The program is an assembly, unless it was published as a program of its own.
      return configuration.program.endsWith('.dll') ? 'dotnet' : null;
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
