import { execFileSync, spawnSync } from 'node:child_process';
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

test('the probe holds under AddressSanitizer and UBSan', { timeout: slow }, () => {
  make('sanitize');
});

const linters = runs('clang-format-14', '--version') && runs('clang-tidy', '--version');
test.skipIf(!linters)('lint (needs clang-format-14 and clang-tidy)', { timeout: slow }, () => {
  make('lint');
});

describe.skipIf(!runs('readelf', '--version'))('the addon (needs readelf)', () => {
  const readelf = (...options: string[]) =>
    execFileSync('readelf', ['--wide', ...options, builtAddon], { encoding: 'utf8' });

  test('needs the C library and nothing else', () => {
    const needed = [...readelf('--dynamic').matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name);
    expect(needed.filter((name) => !/^(?:libc\.|ld-linux|ld-musl)/.test(name ?? ''))).toEqual([]);
  });

  test('shows Node its entry and hides the rest', () => {
    const shown = readelf('--dyn-syms')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[4] === 'GLOBAL' && fields[6] !== 'UND' && fields[6] !== 'Ndx')
      .map((fields) => fields[7]);
    expect(shown.sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  });

  test('is hardened: relocations and stack are closed', () => {
    expect(readelf('--dynamic')).toMatch(/BIND_NOW|FLAGS.*NOW/);
    const segments = readelf('--segments');
    expect(segments).toContain('GNU_RELRO');
    expect(segments).toMatch(/GNU_STACK.*RW /);
    expect(readelf('--dyn-syms')).toContain('__stack_chk_fail');
  });
});
