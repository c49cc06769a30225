import { join, resolve } from 'node:path';
import type { Host } from '../../probe/host.ts';
import { presetDirectories } from './cmakePresets.ts';
import { withVariables, type Variables } from './variables.ts';

/** Where CMake Tools builds by its setting, and CMake by its presets, as far as these alone tell. */
export async function cmakeBuildDirectories(
  host: Host,
  variables: Variables,
): Promise<readonly string[]> {
  const set = withVariables(variables.config('cmake.buildDirectory') ?? '', variables);
  const byPresets = await presetDirectories(host, variables);
  return set === null || set === ''
    ? byPresets
    : [resolve(variables.workspaceFolder, set), ...byPresets];
}

/** Where CMake puts what it was asked, below a build directory: cmake-file-api(7). */
export function cmakeReplies(buildDirectory: string): string {
  return join(buildDirectory, '.cmake/api/v1/reply');
}
