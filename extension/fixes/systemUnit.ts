import { emptySet, members, without, type CapabilitySet } from '../model/capabilitySet.ts';
import { capabilityConstant } from '../model/gate.ts';
import { findUser, type Accounts } from '../model/unit/accounts.ts';
import { spanOf } from '../model/unit/piece.ts';
import { writeOutUser, type UserManager } from '../model/unit/specifiers.ts';
import { valueOf, type UnitReading } from '../model/unit/unit.ts';
import { applyEdits, removeLine, type UnitEdit } from '../model/unit/unitEdit.ts';
import { linesOf, parseUnitFile, type Assignment } from '../model/unit/unitFile.ts';
import { formatUnitName } from '../model/unit/unitName.ts';
import type { SystemdRules } from '../model/unit/systemdRules.ts';
import { filesOf, type FoundUnit, type SourceFile } from '../model/unit/unitSources.ts';
import type { FixStep } from './fix.ts';
import type { NewFile, UnitFix } from './unitFix.ts';

/** A unit of a user manager, to be made one of the system manager that runs as the same user. */
export interface UserUnit {
  readonly unit: FoundUnit;
  readonly reading: UnitReading;
  /** What its manager has of it now: nothing of a file that does not lie where it looks. */
  readonly state: {
    readonly installed: boolean;
    readonly loads: boolean;
    readonly enabled: boolean;
    /** The system manager has a unit of its name: one in /etc would take its place. */
    readonly taken: boolean;
  };
  readonly manager: UserManager;
  readonly rules: SystemdRules;
  readonly accounts: Accounts;
  /** What its program is to hold. */
  readonly needed: CapabilitySet;
}

const folder = '/etc/systemd/system';

/** The strict one first; none where it would take the place of another unit. */
export function systemUnits(user: UserUnit): readonly UnitFix[] {
  return user.state.taken ? [] : [systemUnit(user, true), systemUnit(user, false)];
}

/**
 * The same service as a system unit with `User=`, its drop-ins beside it: what stands for the user in
 * it is written out, and what it finds only in a session is named at its head. What it needs is
 * ambient, and with `bound` all that it can ever hold. The user's own files stay as they are.
 */
function systemUnit(user: UserUnit, bound: boolean): UnitFix {
  const { unit, manager, reading } = user;
  const dynamic = valueOf(reading.settings, 'DynamicUser');
  const runner = otherUser(user) ?? (dynamic ? 'a user of its own' : manager.user);
  const path = `${folder}/${baseName(unit.fragment.path)}`;
  const name = formatUnitName(unit.asked);
  const files = filesOf(unit).map((file) => converted(file, user));
  const [main] = files;
  const head = [
    `# Made from ${oneLine(unit.fragment.path)}, to be run by the system manager as ${runner}.`,
    ...[...new Set(files.flatMap(({ notes }) => notes))].map((note) => `# ${note}`),
    '',
  ];
  const text = withLines(main?.text ?? '', addedLines(user, bound));
  const creates: readonly NewFile[] = [
    { path, mode: 0o644, text: [...head, text].join('\n') },
    ...files.slice(1).map((file) => ({
      path: `${folder}/${name}.d/${baseName(file.path)}`,
      mode: 0o644,
      text: file.text,
    })),
  ];
  return {
    title: 'Make it a system unit',
    remark: `root once · the system manager runs it as ${runner}, without a session`,
    ...{ applicability: 'review', needs: 'root', edits: [], creates },
    steps: [...leaving(user, name), reload, starting(unit, name)],
    inverse: [
      ...stopping(unit, name),
      ...creates.map((file): FixStep => ({
        kind: 'command',
        argv: ['sudo', 'rm', '--', file.path],
      })),
      ...(creates.length > 1 ? [removeFolder(`${folder}/${name}.d`)] : []),
      reload,
      ...(user.state.enabled
        ? [{ kind: 'command', argv: ['systemctl', '--user', 'enable', '--', name] } as const]
        : []),
      ...(user.state.installed && user.state.loads
        ? [
            {
              kind: 'advice',
              text: `Start ${name} of your user manager again where it ran.`,
            } as const,
          ]
        : []),
    ],
    effects: [{ kind: 'system-manager', path }],
  };
}

const reload: FixStep = { kind: 'command', argv: ['sudo', 'systemctl', 'daemon-reload'] };

/** One that does not load cannot be stopped. */
function leaving({ unit, state }: UserUnit, name: string): readonly FixStep[] {
  const { installed, loads, enabled } = state;
  if (!installed || (!loads && !enabled)) return [];
  const words = enabled ? ['disable', ...(loads ? ['--now'] : [])] : ['stop'];
  const which = enabled ? name : running(unit, name);
  return [{ kind: 'command', argv: ['systemctl', '--user', ...words, '--', which] }];
}

function starting(unit: FoundUnit, name: string): FixStep {
  if (isTemplate(unit)) {
    return { kind: 'advice', text: `Enable its instances: ${name} is a template.` };
  }
  const words = installs(unit) ? ['enable', '--now'] : ['start'];
  return { kind: 'command', argv: ['sudo', 'systemctl', ...words, '--', name] };
}

/** `disable` of a template is that of its instances, but `stop` wants to hear of each (systemctl(1)). */
function stopping(unit: FoundUnit, name: string): readonly FixStep[] {
  const stop = (words: readonly string[], which: string): FixStep => ({
    kind: 'command',
    argv: ['sudo', 'systemctl', ...words, '--', which],
  });
  if (!isTemplate(unit)) return [stop(installs(unit) ? ['disable', '--now'] : ['stop'], name)];
  return [
    stop(['stop'], running(unit, name)),
    ...(installs(unit) ? [stop(['disable'], name)] : []),
  ];
}

/** What systemctl(1) takes for the unit where it runs: a pattern for the instances of a template. */
function running(unit: FoundUnit, name: string): string {
  return isTemplate(unit) ? name.replace('@', '@*') : name;
}

function isTemplate({ asked }: FoundUnit): boolean {
  return asked.instance === '';
}

/** A folder of drop-ins, where nothing else has come into it. */
export function removeFolder(path: string): FixStep {
  return { kind: 'command', argv: ['sudo', 'rmdir', '--ignore-fail-on-non-empty', '--', path] };
}

function installs({ fragment, dropIns }: FoundUnit): boolean {
  return [fragment, ...dropIns].some(({ text }) => /^\s*\[Install\]/m.test(text));
}

/** What the unit's own file has to say besides: who it runs as, where, and with which capabilities. */
function addedLines(user: UserUnit, bound: boolean): readonly string[] {
  const { reading, manager, needed } = user;
  const { settings } = reading;
  const lacking = without(needed, valueOf(settings, 'AmbientCapabilities'));
  const list = (set: CapabilitySet) => members(set).map(capabilityConstant).join(' ');
  const bounds = bound && needed !== emptySet && settings.CapabilityBoundingSet === undefined;
  // It has a user of its own, which the system manager gives it.
  const dynamic = valueOf(settings, 'DynamicUser');
  return [
    ...(otherUser(user) === null && !dynamic ? [`User=${manager.user}`] : []),
    // Where a user manager starts its services.
    ...(settings.WorkingDirectory === undefined && !dynamic ? ['WorkingDirectory=~'] : []),
    ...(lacking === emptySet ? [] : [`AmbientCapabilities=${list(lacking)}`]),
    ...(bounds ? [`CapabilityBoundingSet=${list(needed)}`] : []),
  ];
}

/** A user whom the unit names, who is there and is another. */
function otherUser({ reading, manager, accounts }: UserUnit): string | null {
  const named = valueOf(reading.settings, 'User');
  if (named?.kind !== 'text' || named.text === '') return null;
  const found = findUser(accounts, named.text);
  return found.kind === 'found' && found.account.uid !== manager.uid ? named.text : null;
}

interface ConvertedFile extends SourceFile {
  /** What is different in a system unit, a sentence each. */
  readonly notes: readonly string[];
}

function converted(file: SourceFile, user: UserUnit): ConvertedFile {
  const { path, text } = file;
  const edits: UnitEdit[] = [];
  const notes: string[] = [];
  let section = '';
  for (const line of linesOf(file)) {
    if (line.kind === 'section') section = line.name.text;
    if (line.kind !== 'assignment') continue;
    const change = changeOf(section, line, user);
    notes.push(...(change.notes ?? []));
    if (change.value === null) edits.push(removeLine(line));
    else if (change.value !== line.value.text) {
      edits.push({ span: spanOf(line.value), replacement: change.value });
    }
  }
  return { path, text: applyEdits(text, edits) ?? text, notes };
}

interface Change {
  /** Null takes the line out. */
  readonly value: string | null;
  readonly notes?: readonly string[];
}

function changeOf(section: string, { key, value }: Assignment, user: UserUnit): Change {
  const { text } = value;
  const { unit, manager, rules } = user;
  const context = { name: unit.names[0], fragment: unit.fragment.path, manager, rules };
  const written = writeOutUser(text, context);
  const notes = [...sessionNotes(text, manager), ...directoryNotes(key.text)];
  if (section === 'Service' && key.text === 'User' && otherUser(user) === null) {
    return { value: null };
  }
  if (section === 'Service' && key.text === 'Slice') {
    return sessionUnits.test(text) ? { value: null } : { value: text };
  }
  if (section === 'Service' && key.text === 'PermissionsStartOnly') {
    return {
      value: null,
      notes: [`${key.text}= is left out: it would run commands as root here.`],
    };
  }
  if (section === 'Service' && /^Exec(?!Paths$|SearchPath$)/.test(key.text)) {
    return unprivileged(key.text, written, notes);
  }
  if (section === 'Install' && installKeys.has(key.text)) return { value: installed(text) };
  if (section === 'Unit' && dependencyKeys.has(key.text)) return dependencies(key.text, text);
  return { value: written, notes };
}

/** `+`, `!` and `!!` lift a sandbox in a user manager; in the system manager they mean root. */
function unprivileged(key: string, commands: string, notes: readonly string[]): Change {
  const value = commands.replaceAll(
    /(^|\s;\s+)([-@:|+!]+)/g,
    (_, before: string, prefixes: string) => before + prefixes.replaceAll(/[+!]/g, ''),
  );
  const note = `A prefix of ${key}= is left out: it would mean root here.`;
  return { value, notes: value === commands ? notes : [...notes, note] };
}

const installKeys: ReadonlySet<string> = new Set(['WantedBy', 'RequiredBy', 'UpheldBy']);

/** The targets of a session are started by nobody here. */
function installed(list: string): string {
  const targets = words(list).map((target) =>
    target === 'default.target' || sessionUnits.test(target) ? 'multi-user.target' : target,
  );
  return [...new Set(targets)].join(' ');
}

const dependencyKeys: ReadonlySet<string> = new Set(
  'Requires Requisite Wants BindsTo PartOf Upholds After Before Conflicts'.split(' '),
);

function dependencies(key: string, list: string): Change {
  const all = words(list);
  const kept = all.filter((each) => !sessionUnits.test(each));
  const gone = all.filter((each) => sessionUnits.test(each));
  const strange = kept.filter((each) => !inBoth.test(each));
  const notes = [
    ...gone.map((each) => `${key}=${each} is left out: it belongs to the session of a user.`),
    ...strange.map((each) => `${key}=${each} means a system unit of that name here.`),
  ];
  return { value: all.length > 0 && kept.length === 0 ? null : kept.join(' '), notes };
}

/** Units that come with a session (systemd.special(7), “Special user units”). */
const sessionUnits =
  /^(?:graphical-session(?:-pre)?\.target|xdg-desktop-(?:autostart|portal\S*)\.(?:target|service)|default\.target|(?:app|session|background)\.slice|(?:pipewire|wireplumber|pulseaudio|gnome-|plasma-|kde-|at-spi-)\S*)$/;

/** Units that a system manager has, by the same names or by these alone. */
const inBoth =
  /^(?:(?:basic|sockets|timers|paths|shutdown|network|network-online|network-pre|nss-lookup|time-sync|local-fs|remote-fs|sysinit|multi-user)\.target|dbus\.(?:service|socket)|systemd-\S+)$/;

/** What a login has set for the services of its user (pam_systemd(8), systemd-environment-d-generator(8)). */
const sessionVariables =
  'DBUS_SESSION_BUS_ADDRESS DISPLAY SSH_AUTH_SOCK WAYLAND_DISPLAY XAUTHORITY';

function sessionNotes(value: string, { runtimeDirectory }: UserManager): readonly string[] {
  const named = [...sessionVariables.split(' '), 'XDG_RUNTIME_DIR', 'XDG_SESSION_ID'];
  const unset = named.filter((name) => new RegExp(`(?<![A-Z_])${name}(?![A-Z_])`).test(value));
  return [
    ...unset.map((name) => `$${name} is not set in a system unit.`),
    ...(/(?<!%)(?:%%)*%t/.test(value)
      ? [`${runtimeDirectory} is there only while the user is logged in or lingers.`]
      : []),
  ];
}

/** systemd.exec(5), RuntimeDirectory=. */
function directoryNotes(key: string): readonly string[] {
  const places: Readonly<Record<string, string>> = {
    RuntimeDirectory: '/run',
    StateDirectory: '/var/lib',
    CacheDirectory: '/var/cache',
    LogsDirectory: '/var/log',
    ConfigurationDirectory: '/etc',
  };
  const place = Object.hasOwn(places, key) ? places[key] : undefined;
  return place === undefined ? [] : [`${key}= lies below ${place} here.`];
}

/** Lines more at the end of the first [Service], or in one of its own. */
function withLines(text: string, added: readonly string[]): string {
  const { lines } = parseUnitFile('', text);
  const header = lines.findIndex((line) => line.kind === 'section' && line.name.text === 'Service');
  if (header === -1) return [text.trimEnd(), '', '[Service]', ...added, ''].join('\n');
  const rest = lines.slice(header + 1);
  const next = rest.findIndex(({ kind }) => kind === 'section');
  const own = [lines[header], ...(next === -1 ? rest : rest.slice(0, next))];
  const at = own.findLast((line) => line !== undefined && line.kind !== 'blank')?.span.end ?? 0;
  const before = text.slice(0, at);
  const closed = before.endsWith('\n') ? before : `${before}\n`;
  return closed + [...added, ''].join('\n') + text.slice(at);
}

function words(list: string): readonly string[] {
  return list.split(/\s+/).filter((each) => each !== '');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function oneLine(path: string): string {
  return path.replaceAll(/[\r\n\0]/g, '?');
}
