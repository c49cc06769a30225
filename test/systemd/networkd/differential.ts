/** What systemd-networkd makes of files, and what the model says that it makes. */
import { isDeepStrictEqual } from 'node:util';
import { parseAccounts } from '../../../extension/model/unit/accounts.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { filesOf, type UnitEntry } from '../../../extension/model/unit/unitSources.ts';
import { judgeNetworkd, type Networkd } from '../../../extension/model/networkd/networkd.ts';
import { matches } from '../../../extension/model/networkd/network.ts';
import type { Machine } from '../../../extension/model/networkd/machine.ts';
import type { NetworkdMessage } from '../../../extension/model/networkd/networkdSections.ts';
import { networkdPaths } from '../../../extension/model/networkd/networkdFile.ts';
import { findNetworkdFiles } from '../../../extension/model/networkd/networkdSources.ts';
import { collectMachine } from '../../../extension/probe/machineEvidence.ts';
import type { Lab } from '../lab/lab.ts';
import { labHost } from './labHost.ts';
import { withNetworkd, type Observation, type ObservedDevice } from './observe.ts';

export interface Prediction {
  readonly networkd: Networkd;
  readonly devices: ReadonlyMap<string, ObservedDevice>;
  /** `path:line`. */
  readonly complaints: ReadonlySet<string>;
  /** Files of which all complaints are foretold. */
  readonly complete: ReadonlySet<string>;
}

/**
 * What the model says of the files in a lab.
 *
 * @param seen what is so for systemd-networkd alone
 */
export async function predict(
  lab: Lab,
  entries: readonly UnitEntry[],
  seen: Partial<Machine> = {},
): Promise<Prediction> {
  const [passwd, group] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((path) => lab.mustRun(['cat', path])),
  );
  const machine = { ...(await collectMachine(labHost(lab))), ...seen };
  const accounts = parseAccounts(passwd ?? '', group ?? '', true);
  const files = (['netdev', 'network'] as const).flatMap((type) =>
    findNetworkdFiles(type, entries, networkdPaths),
  );
  const networkd = judgeNetworkd(files, accounts, machine, systemdRules(lab.version));
  const texts = new Map(files.flatMap(filesOf).map(({ path, text }) => [path, text]));
  const placeOf = ({ path, span }: NetworkdMessage): string => {
    const before = (texts.get(path) ?? '').slice(0, span.start);
    return `${path}:${String(before.split(/\r\n|\n/).length)}`;
  };
  // Of a file without a name or kind, or for other machines, the settings of the device are not looked at.
  const read = [
    ...networkd.netdevs
      .map(({ netdev }) => netdev)
      .filter(({ name, kind }) => name !== null && kind !== null),
    ...networkd.networks,
  ].filter(
    ({ broken, file, isForMachine }) =>
      broken === null && isForMachine === true && file.fragment.text !== '',
  );
  return {
    networkd,
    devices: devicesOf(networkd),
    complaints: new Set(read.flatMap(({ messages }) => messages.map(placeOf))),
    complete: new Set(read.flatMap(({ file }) => filesOf(file).map(({ path }) => path))),
  };
}

function devicesOf({ netdevs, networks }: Networkd): Prediction['devices'] {
  return new Map(
    netdevs.flatMap(({ outcome }) => {
      if (outcome.kind !== 'made') return [];
      const { name, layer, owner, group, multiQueue } = outcome.device;
      const network = networks.find((each) => matches(each, { name, kind: layer }) === 'yes');
      const file = network?.file.name ?? null;
      return [
        [name, { layer, owner, group, persistent: true, multiQueue, network: file }] as const,
      ];
    }),
  );
}

/** Where model and systemd-networkd differ, with the files and the journal; empty where they do not. */
export async function disagreementsOn(
  lab: Lab,
  entries: readonly UnitEntry[],
  prediction: Prediction,
): Promise<string> {
  return withNetworkd(lab, entries, (observed) => {
    const found = differences(prediction, observed);
    const shown = entries.map((entry) =>
      entry.kind === 'link' ? `${entry.path} -> ${entry.target}` : `${entry.path}\n${entry.text}`,
    );
    return Promise.resolve(
      found.length === 0 ? '' : [...found, ...shown, observed.journal].join('\n\n'),
    );
  });
}

/** Where the two differ, in words. */
export function differences(prediction: Prediction, observed: Observation): readonly string[] {
  const names = new Set([...prediction.devices.keys(), ...observed.devices.keys()]);
  const devices = [...names].flatMap((name) => {
    const [model, real] = [prediction.devices.get(name), observed.devices.get(name)];
    if (isDeepStrictEqual(model, real)) return [];
    return [`${name}\n  model     ${JSON.stringify(model)}\n  networkd  ${JSON.stringify(real)}`];
  });
  const unsaid = [...prediction.complaints].filter((place) => !observed.complaints.has(place));
  const unforeseen = [...observed.complaints].filter(
    (place) =>
      !prediction.complaints.has(place) &&
      prediction.complete.has(place.slice(0, place.lastIndexOf(':'))),
  );
  return [
    ...devices,
    ...unsaid.map((place) => `${place}: the model has a message, and networkd says nothing`),
    ...unforeseen.map((place) => `${place}: networkd complains, and the model has no message`),
  ];
}
