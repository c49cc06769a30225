import { mustRun } from './command.ts';

const bundler = new URL('../../../.build/bundle.mjs', import.meta.url).pathname;

/** Makes what ships anew, so that what is tested is what the sources say. */
export async function makeBundles(): Promise<void> {
  await mustRun([process.execPath, bundler]);
}
