/** What holds of the findings and repairs of every unit, however broken its files are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOperation, usualOperations } from '../../extension/model/operations.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import { applyEdits, type UnitEdit } from '../../extension/model/unit/unitEdit.ts';
import { parseUnitFile, type Line } from '../../extension/model/unit/unitFile.ts';
import type { UnitName } from '../../extension/model/unit/unitName.ts';
import { filesOf, type FoundUnit } from '../../extension/model/unit/unitSources.ts';
import { findingsOfUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import { judgeForRules } from '../../extension/rules/unit/judgeForRules.ts';
import { systemOf } from '../model/unit/world.ts';
import { unmarkedTexts } from './unitTexts.ts';

/** More on demand: CAPWRIGHT_RUNS=1000000 vitest run --project unit test/property/unitRules.test.ts */
const numRuns = Number(process.env['CAPWRIGHT_RUNS'] ?? 1000);
// To stop a hang, whatever the number.
const timeout = 60_000 + numRuns * 100;

const operations = usualOperations.map(findOperation).filter((each) => each !== null);
const name: UnitName = { prefix: 'test', instance: null, type: 'service' };

/** A command, what it wants, and after these anything. */
const serviceText = fc
  .tuple(fc.constantFrom('tun.create', 'bind.low-port', 'socket.raw netlink.write'), unmarkedTexts)
  .map(
    ([wants, text]) =>
      `[Service]\n# capwright: wants ${wants}\nExecStart=/usr/bin/prog\nUser=alice\n${text}`,
  );

const scope = fc.constantFrom('system', 'user');
const version = fc.constantFrom(249, 252, 255, 257, 262);

test(
  'findings lie in the unit, and a repair keeps every line that it does not name',
  { timeout },
  () => {
    fc.assert(
      fc.property(
        fc.tuple(
          serviceText,
          fc.array(
            unmarkedTexts.map((text) => `[Service]\n${text}`),
            { maxLength: 2 },
          ),
        ),
        ...[scope, version],
        ([own, dropIns], manager, release) => {
          const unit = unitOf(manager, own, dropIns);
          const system = systemOf(manager, release, ['cap_net_admin']);
          const reading = readUnit(unit, system.manager, system.rules);
          const judged = judgeForRules(unit, reading, system, operations);
          const texts = new Map(filesOf(unit).map(({ path, text }) => [path, text]));
          for (const { file, span, fixes, rule } of findingsOfUnit(judged).told) {
            expect(span.start, rule).toBeGreaterThanOrEqual(0);
            expect(span.start, rule).toBeLessThanOrEqual(span.end);
            expect(span.end, rule).toBeLessThanOrEqual(texts.get(file)?.length ?? -1);
            for (const { edits, title } of fixes) {
              for (const path of new Set(edits.map((each) => each.file))) {
                const text = texts.get(path) ?? expect.fail(`${title} edits ${path}`);
                expectOthersKept(
                  text,
                  edits.filter((each) => each.file === path),
                  title,
                );
              }
            }
          }
        },
      ),
      { numRuns },
    );
  },
);

function unitOf(manager: string, text: string, dropIns: readonly string[]): FoundUnit {
  const path = `/etc/systemd/${manager}/test.service`;
  return {
    ...{ kind: 'found', asked: name, names: [name], fragment: { path, text } },
    dropIns: dropIns.map((each, index) => ({
      path: `${path}.d/${String(index)}.conf`,
      text: each,
    })),
  };
}

/** What the lines say that no edit has a part of is there still, and in its order. */
function expectOthersKept(text: string, edits: readonly UnitEdit[], title: string): void {
  const after = applyEdits(text, edits) ?? expect.fail(`${title}: edits overlap`);
  const others = parseUnitFile('u', text).lines.filter(
    ({ span }) => !edits.some((edit) => edit.span.start < span.end && span.start < edit.span.end),
  );
  const said = saidBy(parseUnitFile('u', after).lines);
  let from = 0;
  for (const line of saidBy(others)) {
    const at = said.indexOf(line, from);
    expect(at, `${title} loses ${line}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
}

function saidBy(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line) => {
    switch (line.kind) {
      case 'section':
        return `[${line.name.text}]`;
      case 'assignment':
        return `${line.key.text}=${line.value.text}`;
      case 'broken':
        return line.piece.text;
      default:
        return [];
    }
  });
}
