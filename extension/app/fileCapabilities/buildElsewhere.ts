import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { addCargoTargetDirectory, addCmakeBuildDirectory } from '../../fixes/buildDirectory.ts';
import { addCmakeUserPresets } from '../../fixes/cmakePresets.ts';
import { refused, type RunnerEdit } from '../../fixes/runnerEdit.ts';
import type { Host } from '../../probe/host.ts';
import { hindranceAt } from './capabilityStorage.ts';
import { presetsSchema } from '../programs/cmakePresets.ts';
import type { BuildTool } from '../launcher/projectTools.ts';
import { parseSettings, withSetting, type TextEdit } from '../launcher/settingsText.ts';

/**
 * A directory for what a project builds, on a mount where file capabilities count: below the user's cache,
 * else in /var/tmp. Null where neither will do.
 * @param project the folder of the project
 */
export async function findBuildDirectory(host: Host, project: string): Promise<string | null> {
  const cache = process.env['XDG_CACHE_HOME'] ?? '';
  const home = homedir();
  const name = basename(project);
  const uid = String(process.getuid?.() ?? 0);
  const candidates = [
    {
      mount: home,
      directory: join(
        cache.startsWith('/') ? cache : join(home, '.cache'),
        'capwright-build',
        name,
      ),
    },
    { mount: '/var/tmp', directory: `/var/tmp/capwright-build-${uid}/${name}` },
  ];
  for (const { mount, directory } of candidates) {
    if ((await hindranceAt(host, mount)) === null) return directory;
  }
  return null;
}

/** What makes the tool build there, to be shown and then written. */
export function planBuildElsewhere(tool: BuildTool, text: string, directory: string): TextEdit {
  if (tool === 'cargo') return addCargoTargetDirectory(text, directory);
  const settings = parseSettings(text);
  return settings === null
    ? refused('it is not an object of JSON with comments')
    : withSetting(text, addCmakeBuildDirectory(settings, directory));
}

/**
 * The same where presets say it, of which CMake Tools then asks no setting: what CMakeUserPresets.json becomes.
 * A new one is of the version of the project's, which the cmake that is used here reads.
 * @param project what CMakePresets.json says, empty where there is none; likewise `user`
 */
export function planPresetsElsewhere(
  project: string,
  user: string,
  directory: string,
): PresetsEdit {
  const files = [project, user].filter((text) => text.trim() !== '').map(presetsIn);
  const read = files.filter((file) => file !== null);
  const [first] = read;
  if (first === undefined || read.length < files.length) {
    return refused('it or CMakePresets.json is not what CMake reads');
  }
  const edit = addCmakeUserPresets(
    read.flatMap(({ configurePresets }) => configurePresets),
    directory,
  );
  if (edit.kind === 'refused') return edit;
  const before = parseSettings(user)?.['configurePresets'];
  const own: readonly unknown[] = Array.isArray(before) ? before : [];
  const setting = 'configurePresets';
  const listed = withSetting(user, { kind: 'edit', setting, value: [...own, ...edit.presets] });
  if (listed.kind === 'refused') return listed;
  const whole =
    user.trim() === ''
      ? withSetting(listed.text, { kind: 'edit', setting: 'version', value: first.version })
      : listed;
  return whole.kind === 'refused'
    ? whole
    : { kind: 'edit', text: whole.text, presets: edit.presets.map(({ name }) => name) };
}

/** The whole of the file, and by which names its new presets are chosen. */
type PresetsEdit = RunnerEdit<{ readonly text: string; readonly presets: readonly string[] }>;

function presetsIn(text: string): v.InferOutput<typeof presetsSchema> | null {
  const read = v.safeParse(presetsSchema, parseSettings(text));
  return read.success ? read.output : null;
}
