/**
 * `capwright lint` on the units of this machine’s Debian packages, which work: what it finds has to be on the list
 * of what is defended, `test/corpus/debianUnits.tsv`. CAPWRIGHT_DEBIAN_ROOT names another tree, such as one of
 * many unpacked packages.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { lintReport } from '../../extension/protocol/answers/lint.ts';
import { run } from './world/command.ts';

const root = process.env['CAPWRIGHT_DEBIAN_ROOT'] ?? '/';
const commandLine = new URL('../../dist/cli.mjs', import.meta.url).pathname;
const list = new URL('../corpus/debianUnits.tsv', import.meta.url).pathname;

/** By path, the package that brings a unit; dpkg keeps a list for each. */
function unitsOfPackages(): ReadonlyMap<string, string> {
  const folder = join(root, 'var/lib/dpkg/info');
  const lists = readdirSync(folder).filter((name) => name.endsWith('.list'));
  return new Map(
    lists.flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .map((path) => path.replace(/^\/lib\//, '/usr/lib/'))
        .filter((path) => isUnit.test(path) && existsSync(join(root, path)))
        .map((path): readonly [string, string] => [path, name.replace(/(?::\w+)?\.list$/, '')]),
    ),
  );
}

const isUnit =
  /^\/usr\/lib\/systemd\/(?:system|user)\/[^/]+\.(?:service|socket|mount|automount|swap|timer|path|slice|target)$/;

async function findingsOn(paths: readonly string[]): Promise<readonly string[]> {
  const where = root === '/' ? [] : ['--root', root];
  const { stdout } = await run([
    ...[process.execPath, commandLine, 'lint', '--json', ...where],
    ...['--', ...paths],
  ]);
  const found = v.parse(lintReport, JSON.parse(stdout)).units.flatMap(({ findings }) => findings);
  return found.map(({ rule, file, range }) => {
    const line = readFileSync(join(root, file), 'utf8').split('\n')[range.start.line] ?? '';
    return [file, rule, line.trim()].join('\t');
  });
}

test('each finding on a unit of Debian is defended', async () => {
  const packages = unitsOfPackages();
  const paths = [...packages.keys()].toSorted();
  expect(paths.length).toBeGreaterThan(0);
  // One line for each: package, unit, rule, the line it is on, why it is no false alarm.
  const [, ...rows] = readFileSync(list, 'utf8').trimEnd().split('\n');
  const defended = new Set(rows.map((row) => row.split('\t').slice(0, 4).join('\t')));
  const found = (await findingsOn(paths)).map((finding) => {
    const [file = '', ...rest] = finding.split('\t');
    return [packages.get(file) ?? '', basename(file), ...rest].join('\t');
  });
  expect(found.filter((finding) => !defended.has(finding))).toEqual([]);
});

test('each line of the list has its defence', () => {
  const [heading, ...rows] = readFileSync(list, 'utf8').trimEnd().split('\n');
  expect(heading).toBe(['package', 'unit', 'rule', 'line', 'defence'].join('\t'));
  for (const row of rows) {
    const cells = row.split('\t');
    expect(cells.length).toBe(5);
    expect(cells[4]).toMatch(/^[A-Z].{20,}\.$/);
  }
  expect(rows.toSorted()).toEqual(rows);
});
