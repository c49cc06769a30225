import {
  emptySet,
  fromHex,
  setOf,
  toHex,
  type CapabilitySet,
} from '../../../extension/model/capabilitySet.ts';
import { parseCapability } from '../../../extension/model/capability.ts';
import type { Credentials, Ids } from '../../../extension/model/credentials.ts';
import { known } from '../../../extension/model/evidence.ts';
import { encodeFileCapability } from '../../../extension/model/fileCapability.ts';
import { findOperation } from '../../../extension/model/operations.ts';
import type { ProgramFile } from '../../../extension/model/programFile.ts';
import { parseAccounts } from '../../../extension/model/unit/accounts.ts';
import { releaseStage } from '../../../extension/model/unit/invoke/mountSandbox.ts';
import type { CommandJudgement } from '../../../extension/model/unit/judgeUnit.ts';
import { enablingLinks } from '../../../extension/model/unit/namedPaths.ts';
import type { Manager } from '../../../extension/model/unit/specifiers.ts';
import {
  supposedFeatures,
  supposedLimits,
  supposedNetwork,
  supposedTun,
} from '../../../extension/model/unit/supposedSystem.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { readUnit } from '../../../extension/model/unit/unit.ts';
import { parseUnitName } from '../../../extension/model/unit/unitName.ts';
import {
  findUnit,
  type FoundUnit,
  type UnitEntry,
} from '../../../extension/model/unit/unitSources.ts';
import type {
  FolderAccess,
  PathFacts,
  UnitProgram,
  UnitSystem,
} from '../../../extension/model/unit/unitSystem.ts';
import { tunDevicePath } from '../../../extension/model/tunDevice.ts';
import { initialUserNamespace, type IdExtent } from '../../../extension/model/userNamespace.ts';
import { judgeForRules } from '../../../extension/rules/unit/judgeForRules.ts';
import type { JudgedUnit } from '../../../extension/rules/unit/unitRule.ts';
import { verdictWord } from '../../../extension/report/verdictText.ts';
import type { Lab } from '../lab/lab.ts';
import { managers } from '../lab/managers.ts';
import type { CommandObservation, Observation, UnitUnderTest } from './observe.ts';
import {
  closedFolder,
  linkToBinaries,
  otherIpc,
  otherNetwork,
  otherRoot,
  otherUsers,
  programs,
  type Program,
} from './programs.ts';

/** What the model has to know of a lab. */
export interface LabFacts {
  readonly version: number;
  readonly kernelRelease: string;
  readonly passwd: string;
  readonly group: string;
  /** proc_pid_status(5) of each manager. */
  readonly status: Readonly<Record<Manager['scope'], string>>;
  readonly unprivilegedPortStart: number;
  /** What lies where units name something. */
  readonly paths: ReadonlyMap<string, PathFacts>;
}

/** What the model foretells, in the words of an observation; `start` may be `unknown`. */
export type Prediction = Pick<Observation, 'load'> & {
  readonly commands: readonly CommandObservation[];
};

const operations = ['tun.create', 'socket.packet', 'socket.raw', 'bind.low-port', 'netlink.write']
  .map(findOperation)
  .filter((operation) => operation !== null);

/** What units name, besides the programs. */
const named = [
  ...[
    '/nosuch',
    '/dev/nosuch',
    '/run/netns/nosuch',
    '/run/ipc-nosuch',
    '/run/user-nosuch',
    otherNetwork,
    otherIpc,
    otherUsers,
    '/etc/passwd',
    '/root',
  ],
  ...['/home/alice', '/home/bob', '/opt'],
  ...['/tmp', '/mnt', '/srv', closedFolder, linkToBinaries, otherRoot, releaseStage],
];

/** The same below the other root. */
const below = (path: string): string => `${otherRoot}${path}`;

export async function factsOf(lab: Lab): Promise<LabFacts> {
  const read = (path: string): Promise<string> => lab.mustRun(['cat', path]);
  const show = ['systemctl', 'show', '--value', '--property=MainPID', 'user@1000.service'];
  const userManager = (await lab.mustRun(show)).trim();
  return {
    version: lab.version,
    kernelRelease: (await read('/proc/sys/kernel/osrelease')).trim(),
    passwd: await read('/etc/passwd'),
    group: await read('/etc/group'),
    status: {
      system: await read('/proc/1/status'),
      user: await read(`/proc/${userManager}/status`),
    },
    unprivilegedPortStart: Number(await read('/proc/sys/net/ipv4/ip_unprivileged_port_start')),
    paths: await pathsOf(lab),
  };
}

async function pathsOf(lab: Lab): Promise<ReadonlyMap<string, PathFacts>> {
  const all = [...named, ...Object.values<Program>(programs).map(({ path }) => path)];
  const paths = [...all, ...[...all, '/dev', '/run', tunDevicePath].map(below)];
  const said = await lab.mustRun(['bash', '-c', lookAtAll, 'look', ...paths]);
  return new Map(
    said
      .trimEnd()
      .split('\n')
      .map((line): [string, PathFacts] => {
        const [path = '', real, type, kind = '', ...folders] = line.split('\t');
        if (real === undefined) return [path, { kind: 'missing' }];
        const namespace = /^(\w+):\[\d+\]$/.exec(kind)?.[1] ?? null;
        if (type !== 'directory') return [path, { kind: 'other', real, namespace }];
        const closed = folders.map(accessOf).filter(({ mode }) => (mode & 0o1) === 0);
        return [path, { kind: 'directory', real, closed }];
      }),
  );
}

function accessOf(text: string): FolderAccess {
  const [mode = '', uid, gid] = text.split(' ');
  return { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid) };
}

const lookAtAll = `
  for path; do
    printf '%s' "$path"
    if real=$(realpath -e "$path" 2> /dev/null); then
      printf '\\t%s\\t%s' "$real" "$(stat -Lc %F "$path")"
      # A namespace is a mount of its own.
      printf '\\t%s' "$(awk -v at="$real" '$5 == at { print $4 }' /proc/self/mountinfo | tail -1)"
      while :; do
        printf '\\t%s' "$(stat -c '%a %u %g' "$real")"
        [ "$real" != / ] || break
        real=$(dirname "$real")
      done
    fi
    echo
  done
`;

/** The model as a judge of the lab’s units. */
export function judgeOf(facts: LabFacts): (unit: UnitUnderTest) => Prediction {
  const judged = judgedBy(facts);
  return (unit) => {
    const found = judged(unit);
    return 'load' in found ? { load: found.load, commands: [] } : predictionOf(found);
  };
}

/** What the model foretells of a unit that it has judged. */
export function predictionOf({ judgement: { refusal, commands } }: JudgedUnit): Prediction {
  if (refusal !== null) return { load: refusal.status, commands: [] };
  return { load: 'loaded', commands: commands.map(commandOf) };
}

/** Units as the model judges them, or as what they load where there is nothing to judge; a lab may have `more` programs. */
export function judgedBy(
  facts: LabFacts,
  more: readonly Program[] = [],
): (unit: UnitUnderTest) => JudgedUnit | { readonly load: string } {
  const rules = systemdRules(facts.version);
  const accounts = parseAccounts(facts.passwd, facts.group, true);
  const portStart = known(facts.unprivilegedPortStart, 'the lab');
  return (unit) => {
    const manager = managers[unit.manager];
    const entries = unit.files.map((file): UnitEntry =>
      file.kind === 'link' ? file : { ...file, text: textOf(file.text) },
    );
    const name = parseUnitName(unit.name);
    const found = name === null ? null : findUnit(name, entries, manager);
    if (found?.kind !== 'found') return { load: found?.kind ?? 'not-found' };
    const system: UnitSystem = {
      kernelRelease: facts.kernelRelease,
      ...{ manager, rules, accounts },
      credentials: credentialsOf(facts.status[manager.scope]),
      networkNamespace: supposedNetwork,
      programs: new Map([
        ...[...Object.values<Program>(programs), ...more].map(
          (each) => [each.path, programOf(each)] as const,
        ),
        ...Object.values<Program>(programs).map(
          (each) => [below(each.path), programBelow(each, facts.paths)] as const,
        ),
        // Where BindPaths=/opt:/mnt hides a mount of the lab.
        ['/opt/nosuid/all', { kind: 'missing' }] as const,
      ]),
      paths: new Map<string, PathFacts>([
        ...facts.paths,
        ...notEnabled(found, manager, entries).map((path) => [path, { kind: 'missing' }] as const),
      ]),
      tun: supposedTun,
      features: supposedFeatures,
      limits: { ...supposedLimits, unprivilegedPortStart: portStart },
      portStart,
      request: { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80 },
      filtersSockets: facts.version > 252,
      isThisMachine: true,
    };
    const reading = readUnit(found, manager, rules);
    return judgeForRules(found, reading, system, operations);
  };
}

/** Of the links by which a user enables the unit, those that are not there. */
function notEnabled(
  unit: FoundUnit,
  manager: Manager,
  entries: readonly UnitEntry[],
): readonly string[] {
  const links = manager.scope === 'user' ? enablingLinks(unit, manager) : [];
  return links.filter((link) => !entries.some(({ path }) => path === link));
}

/** Where an observation is not as foretold, a line each; nothing where it could not be told. */
export function disagreements(predicted: Prediction, observed: Observation): readonly string[] {
  if (predicted.load !== observed.load) return [`load: ${predicted.load}, was ${observed.load}`];
  if (predicted.load !== 'loaded') return [];
  return observed.commands.flatMap((seen, index) => {
    const foretold = predicted.commands[index];
    if (foretold === undefined) return [`${seen.label}: not foretold`];
    if (seen.start === null) return index === 0 ? [`${seen.label}: was not reached`] : [];
    if (foretold.start === 'unknown') return [];
    const differs = (what: string, one: unknown, other: unknown) =>
      JSON.stringify(one) === JSON.stringify(other)
        ? []
        : [`${seen.label}: ${what} ${JSON.stringify(one)}, was ${JSON.stringify(other)}`];
    // A filter that kills before the first word of the witness kills it at its first operation too.
    const killed = Object.values(foretold.verdicts).some((verdict) => verdict === 'SIGSYS');
    if (seen.start === '31/SYS' && foretold.start === 'ok' && killed) return [];
    const words = Object.values(foretold.verdicts);
    if (words.length > 0 && words.every((verdict) => verdict === 'unknown')) return [];
    // One that fails the calls of every program leaves a witness that cannot speak.
    const silenced = words.includes('unknown') || seen.credentials?.securebits === -1;
    if (silenced && foretold.start === 'ok') return [];
    if (seen.start !== foretold.start) return differs('start', foretold.start, seen.start);
    if (seen.credentials === null || foretold.credentials === null) return [];
    const { uid, gid, groups, securebits } = seen.credentials;
    const own = foretold.credentials;
    const ids = [
      ...differs('uid', masked(own.uid), masked(uid)),
      ...differs('gid', masked(own.gid), masked(gid)),
      ...differs('groups', masked(sorted(own.groups)), masked(sorted(groups))),
    ];
    return [
      ...Object.entries(seen.verdicts).flatMap(([operation, verdict]) =>
        foretold.verdicts[operation] === 'unknown'
          ? []
          : differs(operation, foretold.verdicts[operation], verdict),
      ),
      ...(seen.namespaces === null
        ? []
        : differs('namespaces', foretold.namespaces, seen.namespaces)),
      ...ids,
      ...differs('securebits', own.securebits, securebits),
      ...comparedSets.flatMap((key) =>
        differs(key, plain(own[key]), plain(seen.credentials?.[key])),
      ),
    ];
  });
}

/** Which of the ids of DynamicUser= a unit gets is not foretold. */
function masked(ids: readonly number[]): readonly (number | 'dynamic')[] {
  return ids.map((id) => (id >= 61184 && id <= 65519 ? 'dynamic' : id));
}

const comparedSets = [
  ...(['permitted', 'effective', 'inheritable', 'bounding', 'ambient', 'noNewPrivs'] as const),
];

function commandOf({ execution, start, credentials, verdicts }: CommandJudgement) {
  const { directive, command, process } = execution;
  const label = command.argv.at(-1);
  const words = (verdicts ?? []).map(
    ({ operation, verdict }) => [operation, verdictWord(verdict)] as const,
  );
  const own = credentials !== null && credentials.userNamespace.parent !== null;
  return {
    directive,
    label: label?.kind === 'text' ? label.text : '',
    start,
    credentials: credentials === null ? null : seenFromInside(credentials),
    namespaces:
      process === null
        ? null
        : ({
            user: own ? 'own' : 'manager',
            net: process.privateNetwork ? 'own' : 'manager',
          } as const),
    verdicts: Object.fromEntries(words),
  };
}

/** Ids as the process’s own user namespace shows them (`from_kuid_munged()`). */
function seenFromInside(credentials: Credentials): CommandObservation['credentials'] {
  const { userNamespace, uid, gid, groups, noNewPrivs, securebits } = credentials;
  const inside = (map: readonly IdExtent[], id: number): number => {
    const extent = map.find(({ base, count }) => id >= base && id - base < count);
    return extent === undefined ? 65534 : extent.inside + id - extent.base;
  };
  const triple = (
    { real, effective, saved }: Ids,
    map: readonly IdExtent[],
  ): [number, number, number] => [inside(map, real), inside(map, effective), inside(map, saved)];
  return {
    uid: triple(uid, userNamespace.uidMap),
    gid: triple(gid, userNamespace.gidMap),
    groups: groups.map((id) => inside(userNamespace.gidMap, id)),
    permitted: toHex(credentials.permitted),
    effective: toHex(credentials.effective),
    inheritable: toHex(credentials.inheritable),
    bounding: toHex(credentials.bounding),
    ambient: toHex(credentials.ambient),
    noNewPrivs,
    securebits,
    secureExec: false,
  };
}

/** What was copied to the other root, with its capabilities but for one. */
function programBelow(program: Program, paths: ReadonlyMap<string, PathFacts>): UnitProgram {
  const path = below(program.path);
  const capabilities = program.path === programs.admin.path ? null : program.capabilities;
  return paths.get(path)?.kind === 'other'
    ? programOf({ ...program, path, capabilities })
    : { kind: 'missing' };
}

function programOf({ path, capabilities, mode, nosuid, interpreter }: Program): UnitProgram {
  return {
    kind: 'file',
    capabilityUnseen: null,
    file: fileOf(path, capabilities, mode, nosuid, interpreter),
  };
}

function fileOf(
  path: string,
  capabilities: string | null,
  mode: number,
  nosuid: boolean,
  interpreter: string | null,
): ProgramFile {
  const target = Object.values<Program>(programs).find((each) => each.path === interpreter);
  return {
    path,
    ...{ mode, uid: 0, gid: 0 },
    capability: attributeOf(capabilities),
    mount: {
      ...{ nosuid, noexec: false, nodev: false, foreign: false },
      superblockNamespace: initialUserNamespace,
      ...{ idmap: null, mountPoint: '/', fsType: 'overlay', id: null },
    },
    format:
      target === undefined
        ? { kind: 'native' }
        : {
            kind: 'script',
            interpreter: fileOf(target.path, target.capabilities, target.mode, target.nosuid, null),
          },
  };
}

/** `cap_net_admin,cap_net_raw=ep`. */
function attributeOf(text: string | null): ProgramFile['capability'] {
  if (text === null) return { kind: 'none' };
  const [names = '', flags = ''] = text.split('=');
  const set = setOf(
    ...names
      .split(',')
      .map(parseCapability)
      .filter((each) => each !== null),
  );
  const bytes = encodeFileCapability({
    permitted: flags.includes('p') ? set : emptySet,
    inheritable: flags.includes('i') ? set : emptySet,
    effective: flags.includes('e'),
    rootId: 0,
  });
  return { kind: 'bytes', bytes };
}

function credentialsOf(status: string): Credentials {
  const field = (key: string): readonly string[] =>
    new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim().split(/\s+/) ?? [];
  const ids = (key: string): Ids => {
    const [real = -1, effective = -1, saved = -1] = field(key).map(Number);
    return { real, effective, saved };
  };
  const set = (key: string): CapabilitySet => fromHex(field(key)[0] ?? '') ?? emptySet;
  return {
    uid: ids('Uid'),
    gid: ids('Gid'),
    groups: field('Groups')
      .filter((each) => each !== '')
      .map(Number),
    permitted: set('CapPrm'),
    effective: set('CapEff'),
    inheritable: set('CapInh'),
    bounding: set('CapBnd'),
    ambient: set('CapAmb'),
    securebits: 0,
    noNewPrivs: false,
    userNamespace: initialUserNamespace,
  };
}

function textOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : new TextDecoder().decode(text);
}

function sorted(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)].sort((one, other) => one - other);
}

/** Without leading zeros. */
function plain(value: unknown): unknown {
  return typeof value === 'string' ? toHex(fromHex(value) ?? emptySet) : value;
}
