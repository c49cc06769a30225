/** The findings on unit files of real projects: those that were expected of each, and no others. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findOperation, usualOperations } from '../../extension/model/operations.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import { parseUnitName } from '../../extension/model/unit/unitName.ts';
import { evaluateUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import { judgeForRules } from '../../extension/rules/unit/judgeForRules.ts';
import { systemOf } from '../model/unit/world.ts';

/** On releases before a change. */
const expectedBefore: readonly (readonly [number, string, readonly string[]])[] = [
  [252, 'netbird@.service', ['protect-clock-closes-tun']],
  [253, 'telegraf.service', ['setting-of-newer-systemd']],
];

const folder = fileURLToPath(new URL('../../../shared/corpus/units', import.meta.url));

const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name !== 'index.tsv' && !name.endsWith('.container'))
  : [];

/** A file that is not here is to be left alone. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'BAD-bind9-internal.service': ['keep-caps-grants-nothing', 'unknown-capability-name'],
  'BAD-clash-rs-docs.service': ['instance-specifier-outside-template'],
  'BAD-consul-capabilities.service': ['capabilities-setting-removed'],
  'BAD-envoy-10-add-cap-net-bind.conf.service': [
    'capabilities-setting-removed',
    'keep-caps-grants-nothing',
  ],
  'BAD-goxray-readme.service': ['capabilities-setting-removed', 'unknown-capability-name'],
  'BAD-man_down.service': ['capabilities-setting-removed'],
  'BAD-seed-article.user.service': [
    'capabilities-setting-removed',
    'instance-specifier-outside-template',
    'misspelt-setting',
  ],
  'coredns-debian.service': ['permissions-start-only'],
  'firezone-client-tunnel.service': ['ambient-redundant-for-root'],
  'mihoro-mihomo.user.service': ['user-service-without-capabilities'],
  'mihomo.service': ['ambient-redundant-for-root'],
};

test.skipIf(files.length === 0)('the corpus of units lies beside this checkout', () => {
  expect(files.length).toBeGreaterThan(50);
});

describe.skipIf(files.length === 0).each([249, 252, 257, 262])('with systemd %i', (version) => {
  test.each(files)('%s', (file) => {
    const earlier = expectedBefore.find(([since, name]) => name === file && version < since);
    expect(findingsOn(file, version)).toEqual(earlier?.[2] ?? expected[file] ?? []);
  });
});

function findingsOn(file: string, version: number): readonly string[] {
  const scope = file.includes('.user.') || file === 'v2raya-lite.service' ? 'user' : 'system';
  const name = basename(file)
    .replace(/\.in$/, '')
    .replace(/\.(?:user|sysv-script|conf)\.service$/, '.service');
  const parsed = parseUnitName(name);
  if (parsed === null) throw new RangeError(name);
  const path = `/etc/systemd/${scope}/${name}`;
  const text = readFileSync(join(folder, file), 'utf8');
  const unit = {
    ...{ kind: 'found' as const, asked: parsed, names: [parsed] as const },
    ...{ fragment: { path, text }, dropIns: [] },
  };
  const system = systemOf(scope, version, []);
  const machine = {
    ...system,
    accounts: { ...system.accounts, complete: false },
    programs: new Map(),
  };
  const reading = readUnit(unit, machine.manager, machine.rules);
  const operations = usualOperations.map(findOperation).filter((operation) => operation !== null);
  const found = evaluateUnit(judgeForRules(unit, reading, machine, operations));
  // The words of a template that its build fills in are none that systemd reads.
  const told = found.filter(({ rule }) => rule !== 'unit-line-not-read');
  return [...new Set(told.map(({ rule }) => rule))].sort();
}
