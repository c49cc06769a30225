import { settingDenials } from './settingDenials.ts';
import { adding, findingOn, ifHelpful, removing } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A mount of the unit’s own where /dev/net/tun would be. */
export const tunNodeHidden: UnitRule = {
  id: 'tun-node-hidden',
  category: 'device',
  severity: 'error',
  summary: 'A mount of the unit’s own hides /dev/net/tun from it',
  explanation: `
## What it means

The service wants a TUN device, and a setting puts an empty file system or something inaccessible where
its node is. open(2) answers ENOENT, EACCES or ENXIO, whatever capabilities the service holds.

## Why

\`TemporaryFileSystem=/dev\` begins with an empty directory, and \`InaccessiblePaths=\` mounts something of
mode 0000 over the path. Read-only mounts do no harm: a device node on one can still be opened for writing.

## What to do

Bind the node over it with \`BindPaths=/dev/net/tun\`, or take the path out of the setting.
`,
  citations: [
    'systemd.exec(5), InaccessiblePaths=, TemporaryFileSystem=',
    'setup_namespace() in systemd',
  ],
  check: (judged) =>
    settingDenials(judged, 'unit-device-view')
      .filter(({ directive }) => directive !== 'PrivateDevices')
      .slice(0, 1)
      .map(({ directive, origin, verdict: { errno } }) => {
        const seen = (after: JudgedUnit) => settingDenials(after, 'unit-device-view').length === 0;
        const fixes = [
          adding(judged, origin, 'BindPaths=/dev/net/tun'),
          removing([origin], `Remove ${directive}=`),
        ].flatMap((fix) => ifHelpful(judged, fix, seen));
        const message = `${directive}= hides /dev/net/tun from the unit: open(2) answers ${errno}.`;
        return findingOn(tunNodeHidden, origin, message, { fixes: fixes.slice(0, 1) });
      }),
  examples: [
    {
      title: 'an empty /dev',
      lines: ['DeviceAllow=/dev/net/tun rw', 'TemporaryFileSystem=/dev'],
      finds: true,
    },
    {
      title: 'a directory that is inaccessible',
      lines: ['DeviceAllow=/dev/net/tun rw', 'InaccessiblePaths=/dev/net'],
      finds: true,
    },
    {
      title: 'a /dev that is read-only',
      lines: ['DeviceAllow=/dev/net/tun rw', 'ReadOnlyPaths=/dev'],
      finds: false,
    },
    { title: 'nothing wants the node', lines: ['TemporaryFileSystem=/dev'], finds: false },
  ],
};
