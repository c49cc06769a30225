/** What holds of all files of systemd-networkd, however broken. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '../../extension/model/networkd/glob.ts';
import type { Machine } from '../../extension/model/networkd/machine.ts';
import { networkdPaths } from '../../extension/model/networkd/networkdFile.ts';
import { findNetworkdFiles } from '../../extension/model/networkd/networkdSources.ts';
import { parseAccounts } from '../../extension/model/unit/accounts.ts';
import { systemdRules } from '../../extension/model/unit/systemdRules.ts';
import type { UnitEntry } from '../../extension/model/unit/unitSources.ts';
import { findingsOfNetworkd } from '../../extension/rules/networkd/evaluateNetworkd.ts';
import { judgeNetworkdFile } from '../../extension/rules/networkd/judgeNetworkdFile.ts';
import { networkdAfter } from '../../extension/rules/networkd/networkdFindings.ts';
import { networkdSet } from '../systemd/networkd/networkdSet.ts';
import { unitTexts } from './unitTexts.ts';

/** More on demand: CAPWRIGHT_RUNS=1000000 vitest run --project unit test/property/networkd.test.ts */
const numRuns = Number(process.env['CAPWRIGHT_RUNS'] ?? 150);
// To stop a hang, whatever the number.
const timeout = 60_000 + numRuns * 100;

const accounts = parseAccounts('alice:x:1000:1000:::\n', 'tunners:x:1002:alice\n', false);

const versions = fc.constantFrom(249, 252, 257, 262);

const machines: fc.Arbitrary<Machine> = fc.record({
  hostName: fc.option(fc.string()),
  machineId: fc.option(fc.constant('0123456789abcdef0123456789abcdef')),
  architecture: fc.option(fc.constant('x86-64')),
  kernelRelease: fc.option(fc.constantFrom('6.1.0-42-amd64', '6.18.44', '')),
  commandLine: fc.option(
    fc.oneof(fc.constant('unreadable' as const), fc.array(fc.constantFrom('quiet', 'a=b', ''))),
  ),
  container: fc.option(fc.constantFrom('', 'docker', 'lab')),
  hypervisor: fc.constantFrom(true, null),
  firmware: fc.option(fc.subarray(['acpi', 'efi', 'devicetree'])),
});

/** Files as they are generated, and among them texts that are anything. */
const entries: fc.Arbitrary<readonly UnitEntry[]> = fc
  .tuple(networkdSet, fc.array(unitTexts, { maxLength: 4 }))
  .map(([set, texts]) => [
    ...set.slice(0, 8),
    ...texts.map((text, index): UnitEntry => {
      const type = index % 2 === 0 ? 'netdev' : 'network';
      return { path: `/etc/systemd/network/${String(index)}.${type}`, kind: 'file', text };
    }),
  ]);

describe('all files of systemd-networkd', () => {
  it('are judged without an exception; findings and fixes lie in them', { timeout }, () => {
    fc.assert(
      fc.property(entries, versions, machines, (drawn, version, machine) => {
        const rules = systemdRules(version);
        const files = (['netdev', 'network'] as const).flatMap((type) =>
          findNetworkdFiles(type, drawn, networkdPaths),
        );
        const texts = new Map(drawn.map((each) => [each.path, 'text' in each ? each.text : '']));
        for (const file of files) {
          const judged = judgeNetworkdFile({
            file,
            files,
            accounts,
            machine,
            installed: true,
            rules,
          });
          for (const { file: path, span, fixes } of findingsOfNetworkd(judged).told) {
            expect(span.end).toBeLessThanOrEqual(texts.get(path)?.length ?? -1);
            for (const fix of fixes) expect(networkdAfter(judged, fix)).not.toBeNull();
          }
        }
      }),
      { numRuns },
    );
  });
});

describe('a pattern', () => {
  it.each([
    ['net*', 'net0', true],
    ['net*', 'ne', false],
    ['*', '', true],
    ['n?t[0-3]', 'net2', true],
    ['net[!0-3]', 'net2', false],
    ['net[]a]', 'net]', true],
    ['net[z-a]', 'netb', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['*a*a*a*a*a*b', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', false],
    ['[[:digit:]]', '1', null],
  ] as const)('%s and %s', (pattern, text, answer) => {
    expect(globMatches(pattern, text)).toBe(answer);
  });
});
