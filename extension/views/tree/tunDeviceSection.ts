import * as vscode from 'vscode';
import type { ListedDevice, NamedId, TunDevices } from '../../app/tunDevices.ts';
import { tunDevicePath } from '../../model/tunDevice.ts';
import type { LazyCore } from '../lazyCore.ts';
import { polled } from './polled.ts';
import { factRow, themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

const { l10n } = vscode;

/** The TUN and TAP devices of the extension host's network namespace, and a node that does not open. */
export function tunDeviceSection(core: LazyCore): TreeSection {
  const devices = polled(async () => (await core.get()).kernel.tunDevices());
  return {
    onDidChange: devices.onDidChange,
    rows: async () => {
      const outcome = await devices.now();
      if (outcome.kind === 'devices') {
        return [...outcome.found.devices.map(deviceRow), ...nodeRows(outcome.found)];
      }
      const label = l10n.t('The devices cannot be listed');
      return [factRow('failure', label, outcome.failure.reason, 'warning')];
    },
    setVisible: devices.setVisible,
    dispose: devices.dispose,
  };
}

function deviceRow(device: ListedDevice): TreeRow {
  const { name, owner, group, attached, up, persist } = device;
  const held =
    attached === null
      ? l10n.t('not known whether held')
      : attached
        ? l10n.t('held by a program')
        : l10n.t('free');
  const state = [held, up ? l10n.t('up') : l10n.t('down')].join(', ');
  const mine = (owner?.own ?? false) || (owner === null && (group?.own ?? false));
  const facts = [
    factRow(`${name} owner`, l10n.t('Owner'), nameOf(owner), 'person'),
    factRow(`${name} group`, l10n.t('Group'), nameOf(group), 'organization'),
    factRow(`${name} state`, l10n.t('State'), state, 'pulse'),
    factRow(
      `${name} kept`,
      l10n.t('Kept'),
      persist ? l10n.t('until it is deleted') : l10n.t('while a program holds it'),
      'history',
    ),
    factRow(`${name} flags`, l10n.t('Flags'), flagsOf(device).join(' '), 'tag'),
  ];
  const description = [device.layer.toUpperCase(), nameOf(owner), state].join(' · ');
  return {
    id: `device ${name}`,
    label: name,
    description,
    tooltip: [name, ...facts.map(({ tooltip = '' }) => tooltip)].join('\n'),
    spoken: [name, device.layer.toUpperCase(), ...facts.map(({ spoken = '' }) => spoken)].join(
      ', ',
    ),
    icon: themeIcon(mine ? 'account' : 'plug'),
    children: facts,
  };
}

/** As TUNSETIFF takes them. */
function flagsOf({
  layer,
  packetInfo,
  vnetHdr,
  multiQueue,
  persist,
}: ListedDevice): readonly string[] {
  return [
    `IFF_${layer.toUpperCase()}`,
    packetInfo ? null : 'IFF_NO_PI',
    vnetHdr ? 'IFF_VNET_HDR' : null,
    multiQueue ? 'IFF_MULTI_QUEUE' : null,
    persist ? 'IFF_PERSIST' : null,
  ].filter((flag) => flag !== null);
}

function nameOf(id: NamedId | null): string {
  if (id === null) return l10n.t('nobody');
  const text = id.name === null ? String(id.id) : `${id.name} (${String(id.id)})`;
  return id.own ? l10n.t('{0}, you', text) : text;
}

function nodeRows({ node }: TunDevices): readonly TreeRow[] {
  if ('errno' in node && node.errno === null) return [];
  const said = 'errno' in node ? l10n.t('open answers {0}', node.errno ?? '') : node.unseen;
  return [factRow('node', tunDevicePath, said, 'warning')];
}
