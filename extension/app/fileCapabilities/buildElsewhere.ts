import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { addCargoTargetDirectory, addCmakeBuildDirectory } from '../../fixes/buildDirectory.ts';
import { refused } from '../../fixes/runnerEdit.ts';
import type { Host } from '../../probe/host.ts';
import { hindranceAt } from './capabilityStorage.ts';
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
