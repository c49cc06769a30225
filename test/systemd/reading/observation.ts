/** What a booted systemd made of units: its properties, and what it complained of. */
import * as v from 'valibot';
import type { Lab, Manager } from '../lab/lab.ts';

export interface Observed {
  /** As they are on the bus; whole numbers too large for a double are texts. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A message of systemd at level warning or above about a line of a file. */
export interface Complaint {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const UnitProperty = v.object({ data: v.unknown() });
const ServiceProperties = v.object({ data: v.tuple([v.record(v.string(), UnitProperty)]) });

const unitProperties = ['Id', 'Names', 'LoadState', 'FragmentPath', 'DropInPaths', 'SuccessAction'];

/** Has a manager load the units, all in one go. The answers are in the order of the names. */
export async function observe(
  lab: Lab,
  manager: Manager,
  names: readonly string[],
): Promise<readonly Observed[]> {
  if (names.length === 0) return [];
  const bus = `--${manager}`;
  await lab.mustRun(['systemctl', bus, 'daemon-reload'], { manager });
  const answers = await lab.mustRun(['bash', '-c', askForAll, bus, ...unitProperties], {
    manager,
    input: names.map((name) => `${busPath(name)}\n`).join(''),
  });
  const lines = answers.trimEnd().split('\n').map(parseExactly);
  const perUnit = unitProperties.length + 1;
  return names.map((_, index) => {
    const [service, ...unit] = lines.slice(index * perUnit, (index + 1) * perUnit);
    const [properties] = v.parse(ServiceProperties, service).data;
    const entries = [
      ...Object.entries(properties),
      ...unit.map((each, at) => [unitProperties[at] ?? '', v.parse(UnitProperty, each)] as const),
    ];
    return { properties: Object.fromEntries(entries.map(([name, { data }]) => [name, data])) };
  });
}

/** 2^53 and more would lose their last digits. */
function parseExactly(line: string): unknown {
  return JSON.parse(merged(line).replaceAll(/([[:,])(\d{16,})(?=[\]},])/g, '$1"$2"'));
}

// Not all of the unit's properties: for UnitFileState systemd would read the files once more, by
// other rules, and complain once more.
const askForAll = `
  while read -r name; do
    path=/org/freedesktop/systemd1/unit/$name
    busctl "$0" --json=short call org.freedesktop.systemd1 "$path" \\
      org.freedesktop.DBus.Properties GetAll s org.freedesktop.systemd1.Service
    busctl "$0" --json=short get-property org.freedesktop.systemd1 "$path" \\
      org.freedesktop.systemd1.Unit "$@"
  done
`;

/** Debian’s 252 calls by the name /lib what lies in /usr/lib, and by /etc/xdg what lies in /etc. */
export function merged(text: string): string {
  return text
    .replaceAll(/(?<!\/usr)\/lib\/systemd/g, '/usr/lib/systemd')
    .replaceAll('/etc/xdg/systemd', '/etc/systemd');
}

/** `bus_label_escape()`. */
function busPath(name: string): string {
  return [...Buffer.from(name)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const plain = index === 0 ? /[a-z]/i.test(character) : /[a-z0-9]/i.test(character);
      return plain ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

const Entry = v.object({
  MESSAGE: v.string(),
  CONFIG_FILE: v.string(),
  CONFIG_LINE: v.string(),
  PRIORITY: v.string(),
});

/** The complaints of either manager since the last call. */
export async function newComplaints(lab: Lab): Promise<readonly Complaint[]> {
  await lab.mustRun(['journalctl', '--sync']);
  const log = await lab.mustRun([
    ...['journalctl', '--cursor-file=/run/complaints', '--output=json', '--all', '_COMM=systemd'],
    ...['--output-fields=MESSAGE,CONFIG_FILE,CONFIG_LINE,PRIORITY'],
  ]);
  return log
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const entry = v.safeParse(Entry, JSON.parse(line));
      if (!entry.success || Number(entry.output.PRIORITY) > 4) return [];
      const { CONFIG_FILE: path, CONFIG_LINE: number, MESSAGE: text } = entry.output;
      return [{ path: merged(path), line: Number(number), text }];
    });
}
