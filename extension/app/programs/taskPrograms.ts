import { join, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { textAt } from './folder.ts';
import { withVariables, type Variables } from './variables.ts';

const word = v.union([
  v.string(),
  v.pipe(
    v.object({ value: v.string() }),
    v.transform(({ value }) => value),
  ),
]);
const taskSchema = v.object({
  label: v.string(),
  group: v.union([v.literal('build'), v.object({ kind: v.literal('build') })]),
  command: v.optional(v.fallback(word, ''), ''),
  args: v.optional(v.fallback(v.array(word), []), []),
  options: v.optional(v.object({ cwd: v.optional(v.string(), '') }), {}),
});

/** What the build tasks of the folder link: the word after `-o`, as every compiler takes it. */
export async function taskPrograms(
  host: Host,
  variables: Variables,
): Promise<readonly ProgramCandidate[]> {
  const { workspaceFolder } = variables;
  const text = (await textAt(host, join(workspaceFolder, '.vscode/tasks.json'))) ?? '';
  return tasksIn(text).flatMap(({ label, command, args, options }) => {
    const option = args.indexOf('-o');
    const written = option === -1 ? outputIn(command) : args[option + 1];
    if (written === undefined) return [];
    const output = withVariables(written, variables);
    const from = withVariables(options.cwd, variables);
    if (output === null || from === null) return [];
    return [{ path: resolve(workspaceFolder, from, output), source: 'task' as const, name: label }];
  });
}

function tasksIn(text: string): readonly v.InferOutput<typeof taskSchema>[] {
  const file = v.safeParse(
    v.object({ tasks: v.array(v.looseObject({ linux: v.optional(v.looseObject({})) })) }),
    parse(text, [], { allowTrailingComma: true }),
  );
  if (!file.success) return [];
  return file.output.tasks.flatMap((entry) => {
    // What is said for this system counts before what is said for all.
    const read = v.safeParse(taskSchema, { ...entry, ...entry.linux });
    return read.success ? [read.output] : [];
  });
}

/** In a line for a shell. */
function outputIn(line: string): string | undefined {
  const [, double, single, plain] = outputOption.exec(line) ?? [];
  return double ?? single ?? plain;
}

/** Variables of VS Code are put in before the shell sees them; those of the shell are not known. */
const outputOption =
  /(?:^|\s)-o\s+(?:"((?:\$\{[^}]+\}|[^"$`\\])+)"|'([^']+)'|((?:\$\{[^}]+\}|[^\s"'$`\\;&|<>])+))/;
