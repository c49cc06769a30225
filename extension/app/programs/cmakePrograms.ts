/** Executables of CMake targets, as the file API tells them: cmake-file-api(7), codemodel version 2. */
import { basename, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { cmakeBuildDirectories, cmakeReplies } from './cmakeBuildDirectory.ts';
import { entriesOf, holds, type Folder } from './folder.ts';
import { replyAt } from './jsonReply.ts';
import type { Variables } from './variables.ts';

const indexSchema = v.object({
  objects: v.array(
    v.object({
      kind: v.string(),
      version: v.object({ major: v.number() }),
      jsonFile: v.string(),
    }),
  ),
});
const codemodelSchema = v.object({
  paths: v.object({ build: v.string() }),
  configurations: v.array(v.object({ targets: v.array(v.object({ jsonFile: v.string() })) })),
});
const targetSchema = v.object({
  name: v.string(),
  type: v.string(),
  nameOnDisk: v.optional(v.string()),
  artifacts: v.optional(v.array(v.object({ path: v.string() })), []),
});

/** Those of every build directory for which CMake was asked to answer, as CMake Tools asks: also of one elsewhere, which its setting or a preset names. */
export async function cmakePrograms(
  host: Host,
  folders: readonly Folder[],
  variables: Variables,
): Promise<readonly ProgramCandidate[]> {
  const asked = folders.filter((folder) => holds(folder, '.cmake')).map(({ path }) => path);
  asked.push(...(await cmakeBuildDirectories(host, variables)));
  const found = await Promise.all([...new Set(asked)].map((path) => targetsOf(host, path)));
  return found.flat();
}

async function targetsOf(host: Host, directory: string): Promise<readonly ProgramCandidate[]> {
  const from = cmakeReplies(directory);
  const entries = await entriesOf(host, from);
  // The manual: where there are several, the one whose name sorts last is the present one.
  const index = entries
    .map(({ name }) => name)
    .filter((name) => /^index-.*\.json$/.test(name))
    .sort()
    .at(-1);
  if (index === undefined) return [];
  const objects = (await replyAt(host, join(from, index), indexSchema))?.objects ?? [];
  const model = objects.find(({ kind, version }) => kind === 'codemodel' && version.major === 2);
  if (model === undefined) return [];
  const codemodel = await replyAt(host, join(from, model.jsonFile), codemodelSchema);
  if (codemodel === null) return [];
  const candidates: ProgramCandidate[] = [];
  for (const { jsonFile } of codemodel.configurations.flatMap(({ targets }) => targets)) {
    const target = await replyAt(host, join(from, jsonFile), targetSchema);
    if (target?.type !== 'EXECUTABLE') continue;
    const artifact = target.artifacts.find(({ path }) => basename(path) === target.nameOnDisk);
    if (artifact === undefined) continue;
    const path = resolve(codemodel.paths.build, artifact.path);
    candidates.push({ path, source: 'cmake', name: target.name });
  }
  return candidates;
}
