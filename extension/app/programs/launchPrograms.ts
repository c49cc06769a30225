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
  /** Of js-debug, and of debugpy and its predecessor. */
  runtimeExecutable: text,
  python: text,
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
    const program = await programOf(host, configuration, variables);
    if (program !== null) {
      candidates.push({ path: program, source: 'launch', name: configuration.name });
    }
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

/** The file whose capabilities count: for a script, that of its interpreter. */
async function programOf(
  host: Host,
  configuration: Configuration,
  variables: Variables,
): Promise<string | null> {
  const { type, program, cwd, mode, runtimeExecutable, python } = configuration;
  const { workspaceFolder } = variables;
  switch (type) {
    case 'node':
    case 'pwa-node':
      return onPath(host, runtimeExecutable === '' ? 'node' : runtimeExecutable, variables);
    case 'python':
    case 'debugpy':
      return onPath(host, interpreter(python, variables), variables);
    case 'go':
      // In every other mode it is a package, and Delve builds a program that it removes again.
      if (mode !== 'exec') return null;
      break;
    default:
      break;
  }
  if (program === '') return null;
  const path = withVariables(program, variables);
  const from = withVariables(cwd, variables);
  return path === null || from === null ? null : resolve(workspaceFolder, from, path);
}

/** The one that the configuration names, or the settings, before the usual one. */
function interpreter(python: string, { config }: Variables): string {
  const written = python === '' ? config('python.defaultInterpreterPath') : python;
  // `python` is what that setting says where nobody has set it; Debian has no such command.
  return written === undefined || written === 'python' ? 'python3' : written;
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
