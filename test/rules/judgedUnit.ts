/** A unit rule's example on a machine as systemd sets it up. */
import { setOf } from '../../extension/model/capabilitySet.ts';
import { capability } from '../../extension/model/capability.ts';
import { findOperation, usualOperations } from '../../extension/model/operations.ts';
import type { ProgramFile } from '../../extension/model/programFile.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import { parseUnitName } from '../../extension/model/unit/unitName.ts';
import type { FoundUnit } from '../../extension/model/unit/unitSources.ts';
import type { UnitProgram, UnitSystem } from '../../extension/model/unit/unitSystem.ts';
import { exampleProgram } from '../../extension/rules/exampleSystem.ts';
import { judgeForRules } from '../../extension/rules/unit/judgeForRules.ts';
import type { JudgedUnit, UnitSituation } from '../../extension/rules/unit/unitRule.ts';
import { systemOf } from '../model/unit/world.ts';

const asked = usualOperations.map(findOperation).filter((operation) => operation !== null);

export function judgedUnit(situation: UnitSituation): JudgedUnit {
  const unit = unitOf(situation);
  const system = machineOf(situation);
  const reading = readUnit(unit, system.manager, system.rules);
  return judgeForRules(unit, reading, system, asked);
}

function unitOf({
  lines,
  dropIns = [],
  dropInFiles = [],
  unitLines = [],
  name = 'test.service',
  scope = 'system',
}: UnitSituation): FoundUnit {
  const parsed = parseUnitName(name);
  if (parsed === null) throw new RangeError(`${name} is no unit’s name`);
  const path = `/etc/systemd/${scope}/${name}`;
  const commands = lines.some((line) => line.startsWith('Exec')) ? [] : ['ExecStart=/usr/bin/prog'];
  const text = ['[Unit]', ...unitLines, '[Service]', ...commands, ...lines, ''].join('\n');
  return {
    ...{ kind: 'found', asked: parsed, names: [parsed] },
    fragment: { path, text },
    dropIns: [...dropIns.map((each) => ['[Service]', ...each, ''].join('\n')), ...dropInFiles].map(
      (content, index) => ({ path: `${path}.d/${String(index)}.conf`, text: content }),
    ),
  };
}

function machineOf(situation: UnitSituation): UnitSystem {
  const { scope = 'system', version = 257, managerHolds = [] } = situation;
  const system = systemOf(scope, version, []);
  const held = setOf(...managerHolds.map(capability));
  const { credentials } = system;
  const program: UnitProgram =
    situation.programMissing === true
      ? { kind: 'missing' }
      : { kind: 'file', file: programOf(situation), capabilityUnseen: null };
  return {
    ...system,
    credentials:
      held === 0n
        ? credentials
        : { ...credentials, permitted: held, effective: held, inheritable: held },
    programs: new Map([['/usr/bin/prog', program]]),
  };
}

function programOf({
  fileCapabilities,
  script = false,
  nosuid = false,
}: UnitSituation): ProgramFile {
  const interpreter = exampleProgram({ path: '/bin/sh', uid: 0, gid: 0 });
  return exampleProgram({
    ...{ path: '/usr/bin/prog', uid: 0, gid: 0, nosuid },
    ...(fileCapabilities === undefined ? {} : { capability: fileCapabilities }),
    ...(script ? { format: { kind: 'script', interpreter } } : {}),
  });
}
