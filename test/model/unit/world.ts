/** A machine as systemd sets it up, and what becomes of a unit there. */
import { emptySet, setOf } from '../../../extension/model/capabilitySet.ts';
import { capability, type CapabilityName } from '../../../extension/model/capability.ts';
import { encodeFileCapability } from '../../../extension/model/fileCapability.ts';
import { operations } from '../../../extension/model/operations.ts';
import type { CapabilityAttribute, ProgramFile } from '../../../extension/model/programFile.ts';
import { parseAccounts } from '../../../extension/model/unit/accounts.ts';
import { judgeUnit, type CommandJudgement } from '../../../extension/model/unit/judgeUnit.ts';
import type { Manager } from '../../../extension/model/unit/specifiers.ts';
import {
  supposedCredentials,
  supposedFeatures,
  supposedLimits,
  supposedNetwork,
  supposedTun,
} from '../../../extension/model/unit/supposedSystem.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { readUnit } from '../../../extension/model/unit/unit.ts';
import type { FoundUnit } from '../../../extension/model/unit/unitSources.ts';
import { parseUnitName } from '../../../extension/model/unit/unitName.ts';
import type {
  PathFacts,
  UnitProgram,
  UnitSystem,
} from '../../../extension/model/unit/unitSystem.ts';
import { initialUserNamespace } from '../../../extension/model/userNamespace.ts';
import { verdictWord } from '../../../extension/report/verdictText.ts';

export type Scope = Manager['scope'];

const alice: Manager = {
  scope: 'user',
  ...{ user: 'alice', uid: 1000, group: 'alice', gid: 1000 },
  ...{ home: '/home/alice', runtimeDirectory: '/run/user/1000' },
};

const accounts = parseAccounts(
  'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001:::\n',
  'root:x:0:\nalice:x:1000:\nbob:x:1001:\nextra:x:2000:alice\n',
  true,
);

const missing: ReadonlyMap<string, PathFacts> = new Map([['/none', { kind: 'missing' }]]);

export interface Situation {
  readonly scope?: Scope;
  readonly version: number;
  /** `test.service` where it does not matter. */
  readonly name?: string;
  /** The lines of [Service] besides ExecStart=. */
  readonly lines: readonly string[];
  /** Replaces `ExecStart=/usr/bin/prog`. */
  readonly command?: string;
  /** In the permitted set of the program’s file, with the effective flag. */
  readonly fileCapabilities?: readonly CapabilityName[];
  readonly change?: (system: UnitSystem) => UnitSystem;
}

/** What becomes of the unit’s last command. */
export function outcomeOf(situation: Situation): CommandJudgement {
  const last = judgementsOf(situation).at(-1);
  if (last === undefined) throw new RangeError('the unit has no command');
  return last;
}

export function judgementsOf({
  scope = 'system',
  version,
  name = 'test.service',
  lines,
  command = 'ExecStart=/usr/bin/prog',
  fileCapabilities = [],
  change = (system) => system,
}: Situation): readonly CommandJudgement[] {
  const unit = unitOf(name, `/etc/systemd/${scope}`, [command, ...lines].join('\n'), []);
  const system = systemOf(scope, version, fileCapabilities);
  const reading = readUnit(unit, system.manager, system.rules);
  return judgeUnit(reading, change(system), operations).commands;
}

/** A system unit of these lines of [Service], and a drop-in for each of the others. */
export function unitWithDropIns(
  lines: string,
  dropIns: readonly string[],
): { readonly unit: FoundUnit; readonly system: UnitSystem } {
  return {
    unit: unitOf('test.service', '/etc/systemd/system', lines, dropIns),
    system: systemOf('system', 257, []),
  };
}

function unitOf(
  file: string,
  folder: string,
  lines: string,
  dropIns: readonly string[],
): FoundUnit {
  const name = parseUnitName(file);
  if (name === null) throw new RangeError('the name of the unit');
  const path = `${folder}/${file}`;
  return {
    ...{ kind: 'found', asked: name, names: [name] },
    fragment: { path, text: `[Service]\n${lines}\n` },
    dropIns: dropIns.map((each, index) => ({
      path: `${path}.d/${String(index)}.conf`,
      text: `[Service]\n${each}\n`,
    })),
  };
}

/** @param fileCapabilities of its programs, /usr/bin/prog and /opt/prog */
export function systemOf(
  scope: Scope,
  version: number,
  fileCapabilities: readonly CapabilityName[],
): UnitSystem {
  const manager: Manager = scope === 'user' ? alice : { scope };
  const files = ['/usr/bin/prog', '/opt/prog'];
  return {
    kernelRelease: '6.18.0',
    manager,
    rules: systemdRules(version),
    accounts,
    credentials: supposedCredentials(manager, accounts),
    networkNamespace: supposedNetwork,
    programs: new Map(files.map((path) => [path, program(path, fileCapabilities)])),
    paths: missing,
    tun: supposedTun,
    limits: supposedLimits,
    portStart: supposedLimits.unprivilegedPortStart,
    features: supposedFeatures,
    request: { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80 },
    filtersSockets: true,
    isThisMachine: true,
  };
}

/** `ok`, or what systemd says; then the verdicts of the operations that matter most. */
export function summaryOf(situation: Situation): string {
  const { start, verdicts } = outcomeOf(situation);
  if (verdicts === null) return start;
  const words = ['tun.create', 'socket.raw', 'bind.low-port', 'netlink.write'].map((id) => {
    const found = verdicts.find(({ operation }) => operation === id);
    return found === undefined ? 'not judged' : verdictWord(found.verdict);
  });
  return [start, ...words].join(' ');
}

function program(path: string, granted: readonly CapabilityName[]): UnitProgram {
  const permitted = setOf(...granted.map(capability));
  const attribute: CapabilityAttribute =
    granted.length === 0
      ? { kind: 'none' }
      : {
          kind: 'bytes',
          bytes: encodeFileCapability({
            permitted,
            inheritable: emptySet,
            effective: true,
            rootId: 0,
          }),
        };
  const file: ProgramFile = {
    path,
    ...{ mode: 0o755, uid: 0, gid: 0 },
    capability: attribute,
    mount: {
      ...{ nosuid: false, noexec: false, nodev: false, foreign: false },
      superblockNamespace: initialUserNamespace,
      idmap: null,
      ...{ mountPoint: '/', fsType: 'ext4', id: null },
    },
    format: { kind: 'native' },
  };
  return { kind: 'file', file, capabilityUnseen: null };
}
