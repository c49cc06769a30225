/** A networkd rule's example on a machine with a few people. */
import { parseAccounts } from '../../extension/model/unit/accounts.ts';
import { systemdRules } from '../../extension/model/unit/systemdRules.ts';
import type { UnitEntry } from '../../extension/model/unit/unitSources.ts';
import { unseenMachine, type Machine } from '../../extension/model/networkd/machine.ts';
import { findNetworkdFiles } from '../../extension/model/networkd/networkdSources.ts';
import { judgeNetworkdFile } from '../../extension/rules/networkd/judgeNetworkdFile.ts';
import type {
  JudgedNetworkd,
  NetworkdSituation,
} from '../../extension/rules/networkd/networkdRule.ts';

/** Those of a lab. */
const accounts = parseAccounts(
  'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001:::\n',
  'root:x:0:\nalice:x:1000:\nbob:x:1001:\ntunners:x:1002:alice\nstrangers:x:1003:\n',
  true,
);

/** As far as examples ask. */
const machine: Machine = { ...unseenMachine, hostName: 'gateway' };

const folder = '/etc/systemd/network';

/** The files of an example, by their paths. */
export function filesOfExample({
  lines,
  name = '50-test.netdev',
  dropIns = [],
  beside = {},
}: NetworkdSituation): readonly (UnitEntry & { readonly kind: 'file' })[] {
  const file = (path: string, written: readonly string[]) =>
    ({ path: `${folder}/${path}`, kind: 'file', text: [...written, ''].join('\n') }) as const;
  return [
    file(name, lines),
    ...dropIns.map((each, index) => file(`${name}.d/${String(index)}.conf`, each)),
    ...Object.entries(beside).map(([other, written]) => file(other, written)),
  ];
}

export function judgedNetworkd(situation: NetworkdSituation): JudgedNetworkd {
  const { name = '50-test.netdev', version = 257 } = situation;
  const entries = filesOfExample(situation);
  const files = (['netdev', 'network'] as const).flatMap((type) =>
    findNetworkdFiles(type, entries, [folder]),
  );
  const file = files.find((each) => each.name === name);
  if (file === undefined) throw new RangeError(`${name} is no file of systemd-networkd`);
  return judgeNetworkdFile({
    file,
    files,
    accounts,
    machine,
    installed: true,
    rules: systemdRules(version),
  });
}
