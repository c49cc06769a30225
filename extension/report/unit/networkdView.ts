import type { Netdev } from '../../model/networkd/netdev.ts';
import { sectionOfKind } from '../../model/networkd/netdev.ts';
import type { Network } from '../../model/networkd/network.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import { spanOf } from '../../model/unit/piece.ts';
import type { Setting } from '../../model/unit/unit.ts';
import { filesOf } from '../../model/unit/unitSources.ts';
import type { JudgedNetworkd } from '../../rules/networkd/networkdRule.ts';
import type { LintedUnit } from '../lint/lintReport.ts';
import { networkdOutcome } from './networkdText.ts';
import {
  findingView,
  originView,
  placesOf,
  unitReading,
  type CommandView,
  type KeyView,
  type UnitReading,
  type UnitView,
} from './unitView.ts';

/** What is to be shown of a file, of a unit or of systemd-networkd. */
export function fileReading(linted: LintedUnit): UnitReading {
  return linted.kind === 'networkd'
    ? { kind: 'view', view: networkdView(linted) }
    : unitReading(linted);
}

type LintedNetworkd = Extract<LintedUnit, { kind: 'networkd' }>;

function networkdView({ judged, findings, unread }: LintedNetworkd): UnitView {
  const { file, files, rules } = judged;
  const sources = files.flatMap(filesOf);
  const place = placesOf(sources);
  const settings = settingsOf(judged);
  return {
    title: `${file.name}, systemd-networkd ${String(rules.version)}`,
    name: file.name,
    path: file.fragment.path,
    dropIns: file.dropIns.map(({ path }) => path),
    unread,
    findings: findings.map((finding) => findingView(finding, filesOf(file), [], place)),
    commands: outcomeView(judged, settings, place),
    asSystemUnit: null,
    settings: [],
    networkd: settings.map(({ section, key, setting }) => ({
      ...{ section, key, value: textOf(setting.value) },
      origins: setting.origins.map((origin) => originView(origin, place)),
    })),
  };
}

interface KeySetting extends Pick<KeyView, 'section' | 'key'> {
  readonly setting: Setting<unknown>;
}

function settingsOf({ subject }: JudgedNetworkd): readonly KeySetting[] {
  return subject.type === 'netdev'
    ? netdevSettings(subject.netdev)
    : matchSettings(subject.network);
}

function netdevSettings({ kind, name, tun }: Netdev): readonly KeySetting[] {
  if (kind?.value === 'other') return [];
  const section = kind === null ? 'Tun' : sectionOfKind[kind.value];
  return [
    { section: 'NetDev', key: 'Name', setting: name },
    { section: 'NetDev', key: 'Kind', setting: kind },
    { section, key: 'User', setting: tun.user },
    { section, key: 'Group', setting: tun.group },
    { section, key: 'MultiQueue', setting: tun.multiQueue },
    { section, key: 'PacketInfo', setting: tun.packetInfo },
    { section, key: 'VNetHeader', setting: tun.vnetHeader },
    { section, key: 'KeepCarrier', setting: tun.keepCarrier },
  ].flatMap(({ setting, ...rest }) => (setting === null ? [] : [{ ...rest, setting }]));
}

function matchSettings({ names, types, kinds }: Network): readonly KeySetting[] {
  return [
    { section: 'Match', key: 'Name', setting: names },
    { section: 'Match', key: 'Type', setting: types },
    { section: 'Match', key: 'Kind', setting: kinds },
  ].flatMap(({ setting, ...rest }) => (setting === null ? [] : [{ ...rest, setting }]));
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** What becomes of the file, above its first section. */
function outcomeView(
  judged: JudgedNetworkd,
  settings: readonly KeySetting[],
  place: ReturnType<typeof placesOf>,
): readonly CommandView[] {
  const { file } = judged;
  const header = linesOf(file.fragment).find(({ kind }) => kind === 'section');
  if (header?.kind !== 'section') return [];
  const { text, prospect } = networkdOutcome(judged);
  const steps = settings.map(({ section, key, setting }) => ({
    text: `[${section}] ${key}=${textOf(setting.value)}`,
    places: setting.origins.map(({ path, value }) => place(path, spanOf(value))),
  }));
  return [
    {
      place: place(file.fragment.path, spanOf(header.name)),
      line: file.name,
      outcome: text,
      prospect,
      chapters: [{ title: text, steps }],
    },
  ];
}
