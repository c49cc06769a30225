/** A real systemd-networkd, started on files, and what it made of them. */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import type { UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import type { Lab } from '../lab/lab.ts';
import { buildStatic } from '../lab/staticProgram.ts';

/** What systemd-networkd made, by what the kernel says. */
export interface Observation {
  readonly devices: ReadonlyMap<string, ObservedDevice>;
  /** `path:line` of what it warned of, and what it said of a file as a whole. */
  readonly complaints: ReadonlySet<string>;
  readonly journal: string;
}

export interface ObservedDevice {
  readonly layer: 'tun' | 'tap';
  /** Null where it is not set. */
  readonly owner: number | null;
  readonly group: number | null;
  readonly persistent: boolean;
  readonly multiQueue: boolean;
  /** The name of the .network file that it is configured by. */
  readonly network: string | null;
}

const sysfs = '/sys/class/net';

/** The last in order: once it is there, all others were tried. */
const last: UnitEntry = {
  path: '/etc/systemd/network/zzz-last.netdev',
  kind: 'file',
  text: '[NetDev]\nName=zzz-last\nKind=tun\n[Tun]\nUser=root\n',
};

/** Runs `look` while the devices are there. Nothing of it stays. */
export async function withNetworkd<T>(
  lab: Lab,
  entries: readonly UnitEntry[],
  look: (observed: Observation) => Promise<T>,
): Promise<T> {
  const files = [...entries, last];
  await lab.place(files);
  try {
    // What an earlier one said late is none of this one’s.
    await lab.mustRun(['journalctl', '--sync']);
    await lab.run(complaints);
    await restart(lab);
    // What is started once more meets them, and may give them to others.
    const made = await devicesOf(lab);
    // There is no udevd that would say so, and until then no .network file applies.
    for (const name of await tunDevices(lab)) {
      const index = await attributeOf(lab, name, 'ifindex');
      await lab.place([{ path: `/run/udev/data/n${index}`, kind: 'file', text: 'I:1\n' }]);
    }
    await restart(lab);
    await until(async () => {
      const states = await Promise.all((await tunDevices(lab)).map((name) => stateOf(lab, name)));
      return states.every((state) => /^ADMIN_STATE=(?:unmanaged|configur\w+|failed)$/m.test(state));
    });
    return await look(await observation(lab, made));
  } finally {
    await lab.mustRun(['systemctl', 'stop', 'systemd-networkd.service', 'systemd-networkd.socket']);
    for (const name of await tunDevices(lab)) {
      await lab.mustRun(['ip', 'link', 'delete', 'dev', name]);
    }
    await lab.remove(['/run/udev/data', ...files.map(({ path }) => path)]);
  }
}

async function restart(lab: Lab): Promise<void> {
  await lab.mustRun(['systemctl', 'reset-failed']);
  await lab.mustRun(['systemctl', 'restart', 'systemd-networkd.service']);
  await until(async () => (await tunDevices(lab)).includes('zzz-last'));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}

type MadeDevice = Omit<ObservedDevice, 'network'>;

async function devicesOf(lab: Lab): Promise<ReadonlyMap<string, MadeDevice>> {
  const names = (await tunDevices(lab)).filter((name) => name !== 'zzz-last');
  const found = names.map(async (name) => [name, await deviceOf(lab, name)] as const);
  return new Map(await Promise.all(found));
}

async function observation(lab: Lab, made: ReadonlyMap<string, MadeDevice>): Promise<Observation> {
  const found = [...made].map(
    async ([name, device]) => [name, { ...device, network: await networkOf(lab, name) }] as const,
  );
  return { devices: new Map(await Promise.all(found)), ...(await newComplaints(lab)) };
}

async function tunDevices(lab: Lab): Promise<readonly string[]> {
  const names = await readdir(lab.outside(sysfs));
  const flags = await Promise.all(
    names.map((name) => attributeOf(lab, name, 'tun_flags').catch(() => null)),
  );
  return names.filter((_, index) => flags[index] !== null);
}

async function attributeOf(lab: Lab, device: string, attribute: string): Promise<string> {
  return (await readFile(join(lab.outside(sysfs), device, attribute), 'utf8')).trim();
}

async function deviceOf(lab: Lab, name: string): Promise<MadeDevice> {
  const id = async (attribute: string): Promise<number | null> => {
    const text = await attributeOf(lab, name, attribute);
    return text === '-1' ? null : Number(text);
  };
  // IFF_TAP, IFF_MULTI_QUEUE and IFF_PERSIST of linux/if_tun.h.
  const flags = Number(await attributeOf(lab, name, 'tun_flags'));
  return {
    layer: (flags & 0x2) === 0 ? 'tun' : 'tap',
    owner: await id('owner'),
    group: await id('group'),
    persistent: (flags & 0x800) !== 0,
    multiQueue: (flags & 0x100) !== 0,
  };
}

async function networkOf(lab: Lab, name: string): Promise<string | null> {
  const path = /^NETWORK_FILE=(.*)$/m.exec(await stateOf(lab, name))?.[1] ?? null;
  return path === null ? null : path.slice(path.lastIndexOf('/') + 1);
}

/** What systemd-networkd keeps of a link for others; empty before it has, and where the device goes. */
async function stateOf(lab: Lab, name: string): Promise<string> {
  return attributeOf(lab, name, 'ifindex')
    .then((index) => readFile(lab.outside(`/run/systemd/netif/links/${index}`), 'utf8'))
    .catch(() => '');
}

const Entry = v.object({
  MESSAGE: v.string(),
  PRIORITY: v.string(),
  CONFIG_FILE: v.optional(v.string()),
  CONFIG_LINE: v.optional(v.string()),
});

/** Since it was last asked; it fails where there is none. */
const complaints = [
  ...['journalctl', '--cursor-file=/run/networkd-complaints', '--output=json', '--all'],
  ...['--unit=systemd-networkd.service', '_COMM=systemd-network'],
  '--output-fields=MESSAGE,CONFIG_FILE,CONFIG_LINE,PRIORITY',
];

async function newComplaints(lab: Lab): Promise<Pick<Observation, 'complaints' | 'journal'>> {
  await lab.mustRun(['journalctl', '--sync']);
  const log = await lab.mustRun(complaints);
  const entries = log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(Entry, JSON.parse(line)))
    .filter(({ PRIORITY }) => Number(PRIORITY) <= 4);
  return {
    complaints: new Set(
      entries.flatMap(({ CONFIG_FILE: path, CONFIG_LINE: line }) =>
        path === undefined || line === undefined ? [] : [`${path}:${line}`],
      ),
    ),
    journal: entries.map(({ MESSAGE }) => MESSAGE).join('\n'),
  };
}

/** A process without a capability that attaches to a device. */
export interface Attachment {
  readonly uid: number;
  readonly gid: number;
  /** The other group that it is in. */
  readonly group: number | null;
  readonly device: string;
  readonly flags: number;
}

/** `OK` and the device’s flags, or the errno and the call, in the order of the questions. */
export async function attachAll(
  lab: Lab,
  attachments: readonly Attachment[],
): Promise<readonly string[]> {
  const program = '/opt/attach';
  await copyFile(await buildStatic(join(import.meta.dirname, 'attach.c')), lab.outside(program));
  await lab.mustRun(['chmod', '755', program]);
  const input = attachments
    .map(({ uid, gid, group, device, flags }) =>
      [uid, gid, group ?? '-', flags.toString(16), `${device}\n`].join(' '),
    )
    .join('');
  const answers = await lab.mustRun([program], { input });
  return answers.trimEnd().split('\n');
}
