/** What a project's CMakePresets.json and a user's CMakeUserPresets.json say: cmake-presets(7). */
import { basename, dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import { replyAt } from './jsonReply.ts';
import type { Variables } from './variables.ts';

/** The user's after the project's: that may inherit from this, and not the other way round. */
export const presetsFiles = ['CMakePresets.json', 'CMakeUserPresets.json'] as const;

export const presetsSchema = v.looseObject({
  version: v.number(),
  configurePresets: v.optional(
    v.array(
      v.looseObject({
        name: v.string(),
        hidden: v.optional(v.boolean(), false),
        inherits: v.optional(v.union([v.string(), v.array(v.string())]), []),
        binaryDir: v.optional(v.string()),
      }),
    ),
    [],
  ),
});

type Preset = v.InferOutput<typeof presetsSchema>['configurePresets'][number];

/** Where the presets that can be chosen build, as far as the files alone tell. */
export async function presetDirectories(
  host: Host,
  variables: Variables,
): Promise<readonly string[]> {
  const { workspaceFolder } = variables;
  const files = await Promise.all(
    presetsFiles.map((name) => replyAt(host, join(workspaceFolder, name), presetsSchema)),
  );
  const presets = new Map(
    files.flatMap((file) => file?.configurePresets ?? []).map((each) => [each.name, each]),
  );
  return [...presets.values()].flatMap((preset) => {
    const written = preset.hidden ? null : directoryOf(preset, presets, []);
    const path = written === null ? null : withMacros(written, preset.name, variables);
    return path === null ? [] : [resolve(workspaceFolder, path)];
  });
}

/** Its own, else that of the first from which it inherits one. */
function directoryOf(
  { name, binaryDir, inherits }: Preset,
  presets: ReadonlyMap<string, Preset>,
  inheritors: readonly string[],
): string | null {
  if (binaryDir !== undefined) return binaryDir;
  for (const each of [inherits].flat()) {
    const preset = presets.get(each);
    // CMake refuses a circle.
    if (preset === undefined || inheritors.includes(each)) continue;
    const found = directoryOf(preset, presets, [...inheritors, name]);
    if (found !== null) return found;
  }
  return null;
}

/** Null where a macro takes more than the folder and the environment to tell. */
function withMacros(
  text: string,
  presetName: string,
  { workspaceFolder, env }: Variables,
): string | null {
  const macros: Readonly<Record<string, string>> = {
    sourceDir: workspaceFolder,
    sourceParentDir: dirname(workspaceFolder),
    sourceDirName: basename(workspaceFolder),
    fileDir: workspaceFolder,
    presetName,
    hostSystemName: 'Linux',
    dollar: '$',
    pathListSep: ':',
  };
  const unknown: string[] = [];
  const path = text.replace(/\$(\w*)\{([^}]*)\}/g, (macro, kind: string, name: string) => {
    const value = kind === '' ? macros[name] : /^p?env$/.test(kind) ? env[name] : undefined;
    if (value === undefined) unknown.push(macro);
    return value ?? '';
  });
  return unknown.length === 0 ? path : null;
}
