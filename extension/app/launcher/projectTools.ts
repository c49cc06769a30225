import { join } from 'node:path';

/** The build tools that can be told to start what they build through a runner. */
export const projectTools = ['cargo', 'go', 'cmake'] as const;

export type ProjectTool = (typeof projectTools)[number];

/** Those that can be told by a file where to build. */
export const buildTools = ['cargo', 'cmake'] as const satisfies readonly ProjectTool[];

export type BuildTool = (typeof buildTools)[number];

/** The file of a tool’s that is changed: in the folder of the project, or of the workspace. */
export function runnerFile(tool: ProjectTool, folder: string): string {
  return join(folder, tool === 'cargo' ? '.cargo/config.toml' : '.vscode/settings.json');
}
