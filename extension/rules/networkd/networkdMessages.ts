import { matchKeys, netdevKeys, networkdKeyStatus } from '../../model/networkd/networkdKeys.ts';
import type { NetworkdMessage } from '../../model/networkd/networkdSections.ts';
import { netdevOf, networkOf } from './networkdFindings.ts';
import type { JudgedNetworkd } from './networkdRule.ts';

/** What systemd-networkd says about the lines of a file. Of a device of another kind nothing is told. */
export function messagesOf(judged: JudgedNetworkd): readonly NetworkdMessage[] {
  const { messages = [], broken = null } = netdevOf(judged)?.netdev ?? networkOf(judged) ?? {};
  return broken === null ? messages : [...messages, broken];
}

/** Whether a section is that of a TUN or TAP device, and not that of this one. */
export function isSectionOfOther({ problem, subject }: NetworkdMessage): boolean {
  return problem === 'unknown-section' && /^(?:tun|tap)$/i.test(subject);
}

/** Whether a key is unknown only because the release is too old for it. */
export function isOfNewer(judged: JudgedNetworkd, message: NetworkdMessage): boolean {
  const { problem, section, subject } = message;
  const status = networkdKeyStatus(keysOf(judged, section), subject, judged.rules.version);
  return problem === 'unknown-key' && status === 'newer';
}

/** The key of a section that differs by its case alone; null where there is none. */
export function keyMeant(
  judged: JudgedNetworkd,
  { section, subject }: NetworkdMessage,
): string | null {
  const names = Object.keys(keysOf(judged, section) ?? {});
  return names.find((name) => name.toLowerCase() === subject.toLowerCase()) ?? null;
}

/** The section of the same file that has the key; null where none has. */
export function sectionMeant(
  judged: JudgedNetworkd,
  { section, subject }: NetworkdMessage,
): string | null {
  if (judged.file.type === 'network') return null;
  const kind = netdevOf(judged)?.netdev.kind?.value;
  const others = ['NetDev', ...(kind === 'tap' ? ['Tap'] : ['Tun'])].filter(
    (each) => each !== section,
  );
  const { version } = judged.rules;
  return (
    others.find((each) => networkdKeyStatus(netdevKeys[each], subject, version) === 'known') ?? null
  );
}

function keysOf({ file }: JudgedNetworkd, section: string) {
  return file.type === 'netdev' ? netdevKeys[section] : matchKeys;
}
