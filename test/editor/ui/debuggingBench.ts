/**
 * A person who debugs with capabilities: an editor on a folder with a launch.json, and the launcher as root has
 * installed it for them. What the tests of every debugger share.
 */
import { expect } from 'vitest';
import type { CapabilitySet } from '../../../extension/model/capabilitySet.ts';
import { holders } from '../../kernel/debug/bench.ts';
import type { Content } from '../workspace.ts';
import { installLauncher } from './installedLauncher.ts';
import {
  openWorkbench,
  personUnderTest,
  type Workbench,
  type WorkbenchOptions,
} from './workbench.ts';

const person = personUnderTest();

/** Only root can make a launcher for somebody else: otherwise there is nobody to debug. */
export const isNobody = person === undefined;

/** Of the person. */
export const uid = person?.uid ?? 0;

export interface DebuggingOptions extends Pick<WorkbenchOptions, 'folder' | 'otherExtensions'> {
  /** Beside launch.json. */
  readonly files: Readonly<Record<string, Content>>;
  /** Of launch.json. */
  readonly configurations: readonly object[];
  /** What the launcher may give. */
  readonly capabilities: CapabilitySet;
}

export interface DebuggingBench {
  readonly workbench: Workbench;
  /** Stops what is debugged, and waits until nobody holds capabilities any more. */
  endSession(): Promise<void>;
  dispose(): Promise<void>;
}

export async function openDebuggingBench(options: DebuggingOptions): Promise<DebuggingBench> {
  if (person === undefined) throw new Error('Nobody is there to debug.');
  const { files, configurations, capabilities, ...others } = options;
  const workbench = await openWorkbench({
    ...others,
    files: { ...files, [launchFile]: launchText(configurations) },
  });
  const removeLauncher = await installLauncher(workbench, person, capabilities);
  // So that neither the variables nor the console push each other away.
  await workbench.page.setViewportSize({ width: 1400, height: 1400 });
  return {
    workbench,
    endSession: async () => {
      await workbench.page.keyboard.press('Shift+F5');
      await expectNoHolder();
    },
    dispose: async () => {
      await workbench.dispose();
      await removeLauncher();
    },
  };
}

/** Below the folder. */
export const launchFile = '.vscode/launch.json';

export function launchText(configurations: readonly object[]): string {
  return JSON.stringify({ version: '0.2.0', configurations }, null, 2);
}

/** The names of the person's processes that hold capabilities, in order. */
export async function holding(): Promise<readonly string[]> {
  return (await holders({ uid })).map(({ name }) => name).sort();
}

/** Waits until nobody holds capabilities. */
export async function expectNoHolder(): Promise<void> {
  await expect.poll(holding).toEqual([]);
}

/**
 * @returns the number of the first line with this text, from 1
 * @throws {RangeError} where there is none
 */
export function lineWith(source: string, text: string): number {
  const index = source.split('\n').findIndex((line) => line.includes(text));
  if (index < 0) throw new RangeError(`no line has ${text}`);
  return index + 1;
}
