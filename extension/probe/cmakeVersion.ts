import { execa } from 'execa';

/** Major and minor of the cmake(1) on the PATH; null where none answers. */
export async function collectCmakeVersion(): Promise<readonly [number, number] | null> {
  const { stdout, failed } = await execa('cmake', ['--version'], {
    reject: false,
    timeout: 10_000,
  });
  const [, major, minor] = /^cmake version (\d+)\.(\d+)/.exec(stdout) ?? [];
  return failed || major === undefined ? null : [Number(major), Number(minor)];
}
