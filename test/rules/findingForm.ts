/** What holds of every finding on a file, whichever rule it is of. */
import { expect, it } from 'vitest';
import type { UnitFix } from '../../extension/fixes/unitFix.ts';
import type { SourceFile } from '../../extension/model/unit/unitSources.ts';
import type { RulePage } from '../../extension/rules/rule.ts';
import type { UnitFinding } from '../../extension/rules/unit/unitRule.ts';

const severities = ['information', 'warning', 'error'] as const;

interface Told {
  readonly findings: readonly UnitFinding[];
  readonly files: readonly SourceFile[];
  /** What all rules find on the same files. */
  readonly all: readonly UnitFinding[];
  /** How much the rule finds once a fix of its own was made; Infinity where it cannot be. */
  readonly countAfter: (fix: UnitFix) => number;
}

export function testFindingForm(rule: RulePage, { findings, files, all, countAfter }: Told): void {
  it('gives findings of its own, on a place in a file', () => {
    for (const { rule: id, severity, file, span } of findings) {
      expect(id).toBe(rule.id);
      expect(severities.indexOf(severity)).toBeLessThanOrEqual(severities.indexOf(rule.severity));
      const text = files.find(({ path }) => path === file)?.text ?? '';
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  });

  it('says facts in one line', () => {
    for (const { message } of findings) {
      expect(message).toMatch(/^[^\n]+\.$/);
      expect(message).not.toMatch(/illegal|undefined|null|NaN|\bforbidden\b/i);
    }
  });

  it('offers fixes after which it finds less', () => {
    const left = findings.flatMap(({ fixes }) => fixes).map(countAfter);
    expect(left.filter((count) => count >= findings.length)).toEqual([]);
  });

  it('prefers at most one of the fixes of a finding, and none that runs a command', () => {
    for (const { fixes } of findings) {
      const preferred = fixes.filter((fix) => fix.preferred === true);
      expect(preferred.length).toBeLessThanOrEqual(1);
      expect(preferred.filter(({ steps = [] }) => steps.length > 0)).toEqual([]);
    }
  });

  it('is the only rule that speaks of the place', () => {
    const place = ({ file, span }: UnitFinding): string => `${file}:${String(span.start)}`;
    const places = new Set(findings.map(place));
    const others = all.filter((other) => other.rule !== rule.id);
    expect(others.filter((other) => places.has(place(other)))).toEqual([]);
  });
}
