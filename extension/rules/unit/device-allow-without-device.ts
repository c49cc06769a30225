import { tunRules } from './tunRules.ts';
import { findingOn, ifHelpful, writing } from './unitFindings.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { verdictsOn } from '../../model/unit/judgeUnit.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A name that is no device’s, and closes all devices. */
export const deviceAllowWithoutDevice: UnitRule = {
  id: 'device-allow-without-device',
  category: 'device',
  severity: 'error',
  summary: 'DeviceAllow= names no device, so that it closes them all and allows none',
  explanation: `
## What it means

The line was meant to allow TUN. There is no device of that name, so it allows nothing; and because there
is a \`DeviceAllow=\` line, every device that is not named is closed. open(2) answers EPERM.

## Why

systemd looks the path up, or the class in /proc/devices. What it does not find it leaves out, with
a message of level debug. The TUN driver is a misc device: its node is /dev/net/tun, its class is
\`char-misc\`, and no class is called \`tun\`.

## What to do

Write \`DeviceAllow=/dev/net/tun rw\`.
`,
  citations: ['systemd.resource-control(5), DeviceAllow=', 'Documentation/networking/tuntap.rst'],
  check: (judged) => {
    const named = tunRules(judged).filter(({ exists }) => !exists);
    if (!tunIsClosed(judged)) return [];
    const origins = judged.reading.settings.DeviceAllow?.origins ?? [];
    return named.flatMap(({ rule }) => {
      const node = pathText(rule.node) ?? '';
      const origin = origins.find(({ value }) => value.text.split(/\s/, 1)[0] === node);
      if (origin === undefined) return [];
      const open = (after: JudgedUnit) => !tunIsClosed(after);
      const fixes = ifHelpful(judged, writing(origin, '/dev/net/tun rw'), open);
      const message = `${JSON.stringify(node)} is no device: the line allows nothing, and closes all that is not allowed, /dev/net/tun too.`;
      return [findingOn(deviceAllowWithoutDevice, origin, message, { fixes })];
    });
  },
  examples: [
    { title: 'a class that does not exist', lines: ['DeviceAllow=char-tun rw'], finds: true },
    { title: 'a node that does not exist', lines: ['DeviceAllow=/dev/tun rw'], finds: true },
    {
      title: 'the node is allowed as well',
      lines: ['DeviceAllow=/dev/tun rw', 'DeviceAllow=/dev/net/tun rw'],
      finds: false,
    },
  ],
};

function tunIsClosed({ judgement }: JudgedUnit): boolean {
  return judgement.commands.some((command) =>
    verdictsOn(command, new Set(['tun.create'])).some(
      (verdict) =>
        verdict.kind === 'denied' &&
        verdict.refusal.rule === 'gate' &&
        verdict.refusal.gate === 'unit-device-policy',
    ),
  );
}
