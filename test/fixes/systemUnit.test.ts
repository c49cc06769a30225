/** A user unit made a system unit: texts in, texts out. That it runs is for test/systemd to show. */
import { expect, test } from 'vitest';
import { systemUnits } from '../../extension/fixes/systemUnit.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { CAP_NET_ADMIN, CAP_NET_RAW } from '../../extension/model/capability.ts';
import { readUnit } from '../../extension/model/unit/unit.ts';
import { parseUnitName } from '../../extension/model/unit/unitName.ts';
import type { FoundUnit } from '../../extension/model/unit/unitSources.ts';
import { systemOf } from '../model/unit/world.ts';

const folder = '/home/alice/.config/systemd/user';

function converted(
  text: string,
  dropIns: Readonly<Record<string, string>> = {},
  name = 'vpn.service',
) {
  const parsed = parseUnitName(name);
  if (parsed === null) throw new RangeError(name);
  const file = name.replace(/@\w+\./, '@.');
  const unit: FoundUnit = {
    ...{ kind: 'found', asked: parsed, names: [parsed] },
    fragment: { path: `${folder}/${file}`, text },
    dropIns: Object.entries(dropIns).map(([path, content]) => ({ path, text: content })),
  };
  const { manager, accounts, rules } = systemOf('user', 257, []);
  if (manager.scope !== 'user') throw new TypeError('a user manager');
  const reading = readUnit(unit, manager, rules);
  const needed = setOf(CAP_NET_ADMIN, CAP_NET_RAW);
  const enabled = text.includes('[Install]');
  const state = { installed: true, loads: true, enabled, taken: false };
  const [fix] = systemUnits({ unit, reading, state, manager, rules, accounts, needed });
  if (fix === undefined) throw new Error('there is none');
  return fix;
}

test('it runs as the user, with what it needs and no more, and when the machine starts', () => {
  const { creates, steps } = converted(`[Unit]
Description=Tunnel
After=graphical-session.target network.target pipewire.service
PartOf=graphical-session.target

[Service]
# The one.
ExecStart=+%h/bin/vpn --socket %t/vpn.sock --as %u --id %i 100%%h
Slice=app.slice
User=%u
PermissionsStartOnly=yes

[Install]
WantedBy=default.target graphical-session.target
`);
  expect(creates).toEqual([
    {
      path: '/etc/systemd/system/vpn.service',
      mode: 0o644,
      text: `# Made from ${folder}/vpn.service, to be run by the system manager as alice.
# After=graphical-session.target is left out: it belongs to the session of a user.
# After=pipewire.service is left out: it belongs to the session of a user.
# PartOf=graphical-session.target is left out: it belongs to the session of a user.
# /run/user/1000 is there only while the user is logged in or lingers.
# A prefix of ExecStart= is left out: it would mean root here.
# PermissionsStartOnly= is left out: it would run commands as root here.

[Unit]
Description=Tunnel
After=network.target

[Service]
# The one.
ExecStart=/home/alice/bin/vpn --socket /run/user/1000/vpn.sock --as alice --id %i 100%%h
User=alice
WorkingDirectory=~
AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW

[Install]
WantedBy=multi-user.target
`,
    },
  ]);
  expect(steps).toEqual([
    { kind: 'command', argv: ['systemctl', '--user', 'disable', '--now', '--', 'vpn.service'] },
    { kind: 'command', argv: ['sudo', 'systemctl', 'daemon-reload'] },
    { kind: 'command', argv: ['sudo', 'systemctl', 'enable', '--now', '--', 'vpn.service'] },
  ]);
});

test('its drop-ins come along under their names, each once and in their order', () => {
  const { creates = [] } = converted('[Service]\nExecStart=/usr/bin/vpn\n', {
    [`${folder}/vpn.service.d/10-more.conf`]: '[Service]\nEnvironment=HOME_OF=%h\n',
    '/etc/systemd/user/service.d/90-all.conf': '[Service]\nEnvironment=B=$SSH_AUTH_SOCK\n',
  });
  expect(creates.map(({ path }) => path)).toEqual([
    '/etc/systemd/system/vpn.service',
    '/etc/systemd/system/vpn.service.d/10-more.conf',
    '/etc/systemd/system/vpn.service.d/90-all.conf',
  ]);
  expect(creates[1]?.text).toBe('[Service]\nEnvironment=HOME_OF=/home/alice\n');
  expect(creates[0]?.text).toContain('# $SSH_AUTH_SOCK is not set in a system unit.\n');
});

test('a user that it names, and that is another, stays; so do a folder and capabilities', () => {
  const { creates } = converted(
    '[Service]\nExecStart=/usr/bin/vpn\nUser=bob\nWorkingDirectory=/srv\nAmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW\nCapabilityBoundingSet=~CAP_SYS_ADMIN\n',
  );
  expect(creates?.[0]?.text.split('\n').slice(2)).toEqual([
    ...['[Service]', 'ExecStart=/usr/bin/vpn', 'User=bob', 'WorkingDirectory=/srv'],
    ...[
      'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW',
      'CapabilityBoundingSet=~CAP_SYS_ADMIN',
      '',
    ],
  ]);
});

test('an instance stays one of its template, and a unit that nothing installs is started', () => {
  const { creates, steps } = converted(
    '[Service]\nExecStart=/usr/bin/vpn %i',
    {},
    'vpn@home.service',
  );
  expect(creates?.map(({ path }) => path)).toEqual(['/etc/systemd/system/vpn@.service']);
  expect(creates?.[0]?.text).toContain('ExecStart=/usr/bin/vpn %i\nUser=alice\n');
  expect(steps?.at(-1)).toEqual({
    kind: 'command',
    argv: ['sudo', 'systemctl', 'start', '--', 'vpn@home.service'],
  });
});
