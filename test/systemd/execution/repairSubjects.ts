/** Units whose repairs no example of a rule needs, and what a machine has to have for some repairs. */
import type { Lab, LabFile } from '../lab/lab.ts';
import { reportSettings } from './observe.ts';
import { programs } from './programs.ts';
import { instance, type Subject } from './repair.ts';

const folder = '/home/alice/.config/systemd/user';

export const repairSubjects: readonly Subject[] = [
  // One that alice has enabled, with a drop-in.
  (unique) => {
    const unit = userUnit(
      unique,
      ['AmbientCapabilities=CAP_NET_ADMIN'],
      ['WantedBy=default.target'],
    );
    const more: readonly LabFile[] = [
      { path: `${folder}/${unit.name}.d/more.conf`, kind: 'file', text: '[Service]\nNice=5\n' },
      {
        path: `${folder}/default.target.wants/${unit.name}`,
        kind: 'link',
        target: `${folder}/${unit.name}`,
      },
    ];
    return { ...unit, files: [...unit.files, ...more] };
  },
  // One that could be enabled and is not.
  (unique) => userUnit(unique, ['User=bob'], ['WantedBy=default.target']),
  (unique) => {
    const lines = ['AmbientCapabilities=CAP_NET_RAW'];
    return userUnit(`${unique}@`, lines, ['WantedBy=default.target']);
  },
  (unique) => userUnit(unique, ['# capwright: wants bind.low-port']),
  (unique) => userUnit(unique, ['DeviceAllow=/dev/net/tun rw']),
];

function userUnit(unique: string, lines: readonly string[], install: readonly string[] = []) {
  const name = `${unique}.service`;
  const text = [
    ...['[Service]', ...reportSettings(name.replace('@.', `@${instance}.`)), ...lines],
    ...[`ExecStart=${programs.plain.path} command1`, ''],
    ...(install.length === 0 ? [] : ['[Install]', ...install, '']),
  ].join('\n');
  const files: readonly LabFile[] = [{ path: `${folder}/${name}`, kind: 'file', text }];
  return { manager: 'user', name, files } as const;
}

/** Network devices are made by it where it runs anyway. */
export async function runNetworkd(lab: Lab): Promise<void> {
  await lab.mustRun(['systemctl', 'enable', '--now', 'systemd-networkd.service']);
}
