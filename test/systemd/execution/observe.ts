import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { directives } from '../../../extension/model/unit/directives.ts';
import type { Lab, LabFile, Manager } from '../lab/lab.ts';
import { reports } from './programs.ts';

/** A unit to start, with all that its manager finds of it. */
export interface UnitUnderTest {
  readonly manager: Manager;
  /** The name to start. */
  readonly name: string;
  readonly files: readonly LabFile[];
}

/** What became of a unit. */
export interface Observation {
  /** systemctl(1)’s LoadState: `loaded`, `bad-setting`, … */
  readonly load: string;
  /** The lines by which systemctl(1) shows the settings that matter here, besides commands. */
  readonly settings: string;
  /** In the order in which systemd runs them. Empty where the unit does not load. */
  readonly commands: readonly CommandObservation[];
}

export interface CommandObservation {
  /** The setting that names it: `ExecStartPre`, `ExecStart` or `ExecStartPost`. */
  readonly directive: string;
  /** The command’s last argument, by which it is known. */
  readonly label: string;
  /** `ok`: it was executed. Otherwise systemd’s status for what failed, such as `218/CAPABILITIES`, `resources` or `skipped`; null: not reached. */
  readonly start: string | null;
  readonly credentials: ObservedCredentials | null;
  /** Whether it is in the manager’s namespaces; null where it could not see. */
  readonly namespaces: { readonly user: Where; readonly net: Where } | null;
  /** By operation: `allowed`, the errno, or `SIGSYS`. What came after that is not there. */
  readonly verdicts: Readonly<Record<string, string>>;
}

export type Where = 'manager' | 'own';

/** Sets are hexadecimal; ids as the process’s own user namespace shows them. */
export type ObservedCredentials = v.InferOutput<typeof credentialsSchema>;

/** What the witness tries, in its order. */
export const operationsTried = [
  'tun.create',
  'socket.packet',
  'socket.raw',
  'bind.low-port',
  'netlink.write',
];

const triple = v.tuple([v.number(), v.number(), v.number()]);

const credentialsSchema = v.object({
  uid: triple,
  gid: triple,
  groups: v.array(v.number()),
  permitted: v.string(),
  effective: v.string(),
  inheritable: v.string(),
  bounding: v.string(),
  ambient: v.string(),
  noNewPrivs: v.boolean(),
  securebits: v.number(),
  secureExec: v.boolean(),
});

const namespacesSchema = v.object({ user: v.number(), net: v.number(), mnt: v.number() });

const lineSchema = v.union([
  v.object({ label: v.string(), credentials: credentialsSchema }),
  v.object({ label: v.string(), operation: v.string(), errno: v.nullable(v.string()) }),
  v.object({ label: v.string(), namespaces: namespacesSchema }),
]);

type Line = v.InferOutput<typeof lineSchema>;

/** The settings by which a unit tells what it did: each command appends its lines, and its status is kept. */
export function reportSettings(name: string): readonly string[] {
  return [
    ...['Type=oneshot', 'RemainAfterExit=yes', 'StandardError=journal'],
    `StandardOutput=append:${reportOf(name)}`,
  ];
}

/** Starts all of them at once, in each manager. Answers are in the order of the units; nothing of them stays. */
export async function observe(
  lab: Lab,
  units: readonly UnitUnderTest[],
): Promise<readonly Observation[]> {
  await lab.place(units.flatMap(({ files }) => files));
  const names = await exitNames(lab);
  const own = await managersNamespaces(lab);
  const states = new Map<string, State>();
  for (const manager of ['system', 'user'] as const) {
    const mine = units.filter((unit) => unit.manager === manager).map(({ name }) => name);
    if (mine.length === 0) continue;
    // What a system unit with RootDirectory=/ leaves there decides for those of the user.
    await lab.remove(['/run/host']);
    for (const [name, state] of await startAll(lab, manager, mine)) {
      states.set(`${manager} ${name}`, state);
    }
  }
  const observed = await Promise.all(
    units.map(async ({ manager, name }) => {
      const state = states.get(`${manager} ${name}`);
      if (state === undefined) throw new Error(`systemctl shows no ${name}`);
      const lines = await linesOf(lab, name);
      const { load, settings, result } = state;
      const commands = state.commands.map((ran, index) => {
        const seen = commandObservation(ran, lines, names, own);
        const given = index === 0 && seen.start === null && result === 'resources';
        return given ? { ...seen, start: result } : seen;
      });
      return { load, settings, commands };
    }),
  );
  const written = units.flatMap(({ name, files }) => [
    reportOf(name),
    ...files.map(({ path }) => path),
  ]);
  await lab.remove(written);
  return observed;
}

/** The file to which its commands append their lines. */
export function reportOf(name: string): string {
  return `${reports}/${name.replace(/\W+/g, '_')}`;
}

interface State {
  readonly load: string;
  readonly settings: string;
  /** How the unit ended. */
  readonly result: string;
  readonly commands: readonly Ran[];
}

/** How systemctl(1) tells of a command. */
interface Ran {
  readonly directive: string;
  readonly label: string;
  readonly ignored: boolean;
  readonly pid: string;
  readonly code: string;
  readonly status: string;
}

async function startAll(
  lab: Lab,
  manager: Manager,
  names: readonly string[],
): Promise<ReadonlyMap<string, State>> {
  const systemctl = ['systemctl', ...(manager === 'user' ? ['--user'] : [])];
  const inManager = { manager };
  const show = async (...properties: readonly string[]): Promise<readonly string[]> => {
    const which = `--property=${properties.join()}`;
    const shown = await lab.mustRun([...systemctl, 'show', which, '--', ...names], inManager);
    return shown.split('\n\n');
  };
  await lab.mustRun([...systemctl, 'daemon-reload'], inManager);
  // Since 258 one that does not load keeps all of them from being started.
  const loads = await show('LoadState');
  const loaded = names.filter((_, index) => loads[index] === 'LoadState=loaded');
  // Fails where one of them does.
  await lab.run([...systemctl, 'start', '--', ...loaded], inManager);
  // One that is not of Type=oneshot has been started before it has ended.
  while ((await show('SubState')).includes('SubState=running'));
  const states = (
    await show('LoadState', 'Result', ...commandProperties, ...settingProperties)
  ).map(stateOf);
  await lab.run([...systemctl, 'stop', '--', ...loaded], inManager);
  await lab.run([...systemctl, 'reset-failed'], inManager);
  return new Map(
    names.flatMap((name, index) => {
      const state = states[index];
      return state === undefined ? [] : [[name, state] as const];
    }),
  );
}

/** Of these a unit has commands, in the order in which they are run. */
const commandProperties = ['ExecStartPre', 'ExecStart', 'ExecStartPost'];

const settingProperties = Object.keys(directives).filter(
  (directive) => !/^Exec(?!Paths)/.test(directive),
);

function stateOf(block: string): State {
  const lines = block.split('\n');
  const values = (property: string): readonly string[] =>
    lines.flatMap((line) =>
      line.startsWith(`${property}=`) ? line.slice(property.length + 1) : [],
    );
  const commands = commandProperties.flatMap((property) =>
    values(property).map((text) => ranOf(property, text)),
  );
  const settings = lines.filter((line) => !/^(?:LoadState|Result|Exec(?!Paths)\w+)=/.test(line));
  const [load = '', result = ''] = [values('LoadState')[0], values('Result')[0]];
  return { load, settings: settings.join('\n'), result, commands };
}

function ranOf(directive: string, text: string): Ran {
  const found =
    /argv\[\]=.*?(?<label>\S+) ; ignore_errors=(?<ignore>yes|no) .* ; pid=(?<pid>\d+) ; code=(?<code>\S+) ; status=(?<status>\S+) \}$/.exec(
      text,
    )?.groups;
  if (found === undefined) throw new Error(`systemctl shows a command in another form: ${text}`);
  const { label = '', ignore, pid = '', code = '', status = '' } = found;
  return { directive, label, ignored: ignore === 'yes', pid, code, status };
}

function commandObservation(
  ran: Ran,
  lines: readonly Line[],
  names: ReadonlyMap<string, string>,
  own: Namespaces,
): CommandObservation {
  const { directive, label, code, status } = ran;
  const mine = lines.filter((line) => line.label === label);
  const credentials = mine.flatMap((line) => ('credentials' in line ? line.credentials : []))[0];
  if (credentials === undefined) {
    const start = failureOf(ran, names);
    return { directive, label, start, credentials: null, namespaces: null, verdicts: {} };
  }
  const namespaces = mine.flatMap((line) => ('namespaces' in line ? line.namespaces : []))[0];
  const verdicts: Record<string, string> = {};
  for (const line of mine) {
    if ('operation' in line) verdicts[line.operation] = line.errno ?? 'allowed';
  }
  const next = operationsTried.find((operation) => verdicts[operation] === undefined);
  if (code !== 'exited' && next !== undefined) {
    verdicts[next] = `SIG${status.replace(/^\d+\//, '')}`;
  }
  return {
    directive,
    label,
    start: 'ok',
    credentials,
    namespaces: namespaces === undefined ? null : relative(namespaces, own),
    verdicts,
  };
}

/** Why it says nothing. */
function failureOf(
  { label, ignored, pid, code, status }: Ran,
  names: ReadonlyMap<string, string>,
): string | null {
  if (pid === '0') return null;
  if (code !== 'exited') return status;
  // The witness ends so where a filter fails its words.
  if (status === '100') return 'ok';
  if (status !== '0') return `${status}/${names.get(status) ?? ''}`;
  // exec_child() does so where the file is not there and the command’s failure is to be ignored.
  if (ignored) return 'skipped';
  throw new Error(`${label} has run and says nothing`);
}

interface Namespaces {
  readonly user: number;
  readonly net: number;
}

function relative(found: Namespaces, own: Namespaces): CommandObservation['namespaces'] {
  // Zero is what the witness says where there is no /proc.
  if (found.user === 0) return null;
  return {
    user: found.user === own.user ? 'manager' : 'own',
    net: found.net === own.net ? 'manager' : 'own',
  };
}

/** Both managers run in the same. */
async function managersNamespaces(lab: Lab): Promise<Namespaces> {
  const said = await lab.mustRun(['stat', '-Lc', '%i', '/proc/1/ns/user', '/proc/1/ns/net']);
  const [user, net] = said.split('\n').map(Number);
  if (user === undefined || net === undefined) throw new Error('process 1 shows no namespaces');
  return { user, net };
}

/** By status, systemd’s name for it. */
async function exitNames(lab: Lab): Promise<ReadonlyMap<string, string>> {
  const said = await lab.mustRun(['systemd-analyze', 'exit-status', '--no-pager']);
  return new Map(
    [...said.matchAll(/^(\S+) +(\d+) /gm)].map(([, name = '', status = '']) => [status, name]),
  );
}

async function linesOf(lab: Lab, name: string): Promise<readonly Line[]> {
  const file = lab.outside(reportOf(name));
  if (!existsSync(file)) return [];
  return (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(lineSchema, JSON.parse(line)));
}
