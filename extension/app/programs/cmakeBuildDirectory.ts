import { join, resolve } from 'node:path';
import { withVariables, type Variables } from './variables.ts';

/** Where CMake Tools builds by its setting; null where that takes more than the folder to tell, or is not said. */
export function cmakeBuildDirectory(variables: Variables): string | null {
  const path = withVariables(variables.config('cmake.buildDirectory') ?? '', variables);
  return path === null || path === '' ? null : resolve(variables.workspaceFolder, path);
}

/** Where CMake puts what it was asked, below a build directory: cmake-file-api(7). */
export function cmakeReplies(buildDirectory: string): string {
  return join(buildDirectory, '.cmake/api/v1/reply');
}
