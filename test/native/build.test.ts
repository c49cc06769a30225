import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { builtAddon } from './vantage.ts';

const native = fileURLToPath(new URL('../../native', import.meta.url));
const runs = (...command: readonly [string, ...string[]]) =>
  spawnSync(command[0], command.slice(1), { stdio: 'ignore' }).status === 0;

function make(target: string): void {
  const { status, stdout, stderr } = spawnSync('make', ['-C', native, '-j2', target], {
    encoding: 'utf8',
  });
  expect(status, `make ${target}\n${stdout}${stderr}`).toBe(0);
}

const slow = 600_000;

test('probe and launcher hold under AddressSanitizer and UBSan', { timeout: slow }, () => {
  make('sanitize');
});

const linters = runs('clang-format-14', '--version') && runs('clang-tidy', '--version');
test.skipIf(!linters)('lint (needs clang-format-14 and clang-tidy)', { timeout: slow }, () => {
  make('lint');
});

const builtLauncher = join(native, 'build/capwright-launch');

describe.skipIf(!runs('readelf', '--version'))('what ships (needs readelf)', () => {
  const readelf = (file: string, ...options: string[]) =>
    execFileSync('readelf', ['--wide', ...options, file], { encoding: 'utf8' });

  test.each([
    ['the addon', builtAddon],
    ['the launcher', builtLauncher],
  ])('%s needs the C library and nothing else', (_, file) => {
    const needed = [...readelf(file, '--dynamic').matchAll(/NEEDED.*\[(.*)\]/g)].map(
      ([, name]) => name,
    );
    expect(needed.filter((name) => !/^(?:libc\.|ld-linux|ld-musl)/.test(name ?? ''))).toEqual([]);
  });

  test.each([
    ['the addon', builtAddon],
    ['the launcher', builtLauncher],
  ])('%s is hardened: relocations and stack are closed', (_, file) => {
    expect(readelf(file, '--dynamic')).toMatch(/BIND_NOW|FLAGS.*NOW/);
    const segments = readelf(file, '--segments');
    expect(segments).toContain('GNU_RELRO');
    expect(segments).toMatch(/GNU_STACK.*RW /);
    expect(readelf(file, '--dyn-syms')).toContain('__stack_chk_fail');
  });

  test('the addon shows Node its entry and hides the rest', () => {
    const shown = readelf(builtAddon, '--dyn-syms')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[4] === 'GLOBAL' && fields[6] !== 'UND' && fields[6] !== 'Ndx')
      .map((fields) => fields[7]);
    expect(shown.sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  });

  test('the launcher has nothing of the C++ runtime, and runs at any address', () => {
    // Its names are all below one namespace, or of the C library.
    expect(readelf(builtLauncher, '--symbols')).not.toMatch(
      / (?:_ZS|_ZNS|_ZNKS|_Zn|_Zd|__cxa_[^f])/,
    );
    expect(readelf(builtLauncher, '--file-header')).toMatch(/Type: +DYN/);
  });

  test('the launcher runs wherever the addon loads', () => {
    const newest = (file: string) =>
      Math.max(
        ...[...readelf(file, '--version-info').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) =>
          Number(minor),
        ),
      );
    expect(newest(builtLauncher)).toBeLessThanOrEqual(newest(builtAddon));
  });
});
