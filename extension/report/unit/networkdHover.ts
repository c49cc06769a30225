import { spanOf } from '../../model/unit/piece.ts';
import { parseUnitFile } from '../../model/unit/unitFile.ts';
import type { UnitHover } from './unitHover.ts';
import type { KeyView } from './unitView.ts';

/** About the key of a section at an offset of a file of systemd-networkd; null where there is nothing to tell. */
export function networkdHover(
  settings: readonly KeyView[],
  text: string,
  offset: number,
): UnitHover | null {
  let section = '';
  for (const line of parseUnitFile('', text).lines) {
    if (line.kind === 'section') section = line.name.text;
    if (line.kind !== 'assignment' || offset >= line.span.end) continue;
    const span = spanOf(line.key);
    const key = line.key.text;
    const meaning = meanings[`${section === 'Tap' ? 'Tun' : section}.${key}`];
    if (meaning === undefined || offset < span.start || offset > span.end) return null;
    const setting = settings.find((each) => each.section === section && each.key === key);
    const page = section === 'Match' ? 'systemd.network' : 'systemd.netdev';
    return {
      ...{ span, title: `[${section}] ${key}=` },
      text: setting === undefined ? `${meaning} Not in effect.` : `${meaning} In effect:`,
      value: setting?.value ?? null,
      origins: setting?.origins ?? [],
      manual: {
        title: `${page}(5)`,
        url: `https://www.freedesktop.org/software/systemd/man/latest/${page}.html#${key}=`,
      },
    };
  }
  return null;
}

const meanings: Readonly<Record<string, string>> = {
  'NetDev.Name': 'What the device is called: at most 15 bytes. TUNSETIFF has to name it exactly.',
  'NetDev.Kind':
    '`tun` carries IP packets and has [Tun], `tap` Ethernet frames and [Tap]. TUNSETIFF of the other kind answers EINVAL.',
  'Tun.User':
    'Whose processes may attach without CAP_NET_ADMIN, by effective user id (TUNSETOWNER). Where there is no such user the device is not made.',
  'Tun.Group':
    'Which group’s processes may attach without CAP_NET_ADMIN (TUNSETGROUP); with User= both have to fit.',
  'Tun.MultiQueue':
    'Whether several descriptors attach at once. TUNSETIFF has to have IFF_MULTI_QUEUE exactly where this is yes, and answers EINVAL otherwise.',
  'Tun.PacketInfo': 'Four bytes before each packet. The program that attaches sets it anew.',
  'Tun.VNetHeader': 'A virtio header before each packet. The program that attaches sets it anew.',
  'Tun.KeepCarrier':
    'systemd-networkd stays attached: without MultiQueue=yes TUNSETIFF answers EBUSY to all others.',
  'Match.Name': 'The devices that the file is for, by name or pattern.',
  'Match.Type': 'The link layer: `none` for a TUN device, `ether` for a TAP device.',
  'Match.Kind': 'What the kernel calls the device: `tun` for TUN and TAP devices.',
};
