import { valueOf } from '../../model/unit/unit.ts';
import { findingAt, ifHelpful, lastOrigin, writing } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A list of families in which systemd knows none. */
export const addressFamiliesAllShut: UnitRule = {
  id: 'address-families-all-shut',
  category: 'filter',
  severity: 'error',
  summary: 'RestrictAddressFamilies= names no family that exists, and shuts out all of them',
  explanation: `
## What it means

The list was meant to allow something and allows nothing: socket(2) answers EAFNOSUPPORT for every family,
AF_UNIX too, so that the service cannot even log to syslog.

## Why

Words that are no family are left out, with a warning. The list stays one that allows only what is in it,
and nothing is. The names begin with \`AF_\` and are parted by blanks; commas or one pair of quotes around
several make a single word of them.

## What to do

Write the families as address_families(7) has them. Where no socket is meant, \`none\` says so.
`,
  citations: ['systemd.exec(5), RestrictAddressFamilies=', 'address_families(7)'],
  check: (judged) => {
    const origin = lastOrigin(judged, 'RestrictAddressFamilies');
    if (origin === null || !allShut(judged) || isLiftedForAll(judged)) return [];
    const families = origin.value.text
      .split(/[\s,;|"']+/)
      .filter((word) => word !== '')
      .map((word) => word.toUpperCase().replace(/^(?!AF_)/, 'AF_'))
      .join(' ');
    const fixes = ifHelpful(judged, writing(origin, families), (after) => isWhole(after, families));
    const message = `${JSON.stringify(origin.value.text)} names no address family: the list allows none, and socket(2) answers EAFNOSUPPORT for all.`;
    return [findingAt(addressFamiliesAllShut, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'a list with commas',
      lines: ['RestrictAddressFamilies=AF_INET,AF_NETLINK'],
      finds: true,
    },
    {
      title: 'names without their beginning',
      lines: ['RestrictAddressFamilies=inet netlink'],
      finds: true,
    },
    {
      title: 'a command that runs without the filter',
      lines: ['ExecStart=+/usr/bin/prog', 'RestrictAddressFamilies=AF_INET,AF_NETLINK'],
      finds: false,
    },
    { title: 'none is meant', lines: ['RestrictAddressFamilies=none'], finds: false },
    {
      title: 'one of two is misspelt',
      lines: ['RestrictAddressFamilies=AF_INET AF_NETLINKS'],
      finds: false,
    },
  ],
};

function allShut(judged: JudgedUnit): boolean {
  const filter = valueOf(judged.reading.settings, 'RestrictAddressFamilies');
  const written = lastOrigin(judged, 'RestrictAddressFamilies')?.value.text;
  return filter?.allow === true && filter.names.size === 0 && written !== 'none';
}

/** Whether the prefixes of all commands lift the filter. */
function isLiftedForAll({ judgement: { commands } }: JudgedUnit): boolean {
  const lifted = commands.filter(({ execution }) => execution.process?.filtered === false);
  return lifted.length > 0 && lifted.length === commands.length;
}

/** Whether every word was read. */
function isWhole({ reading: { settings } }: JudgedUnit, families: string): boolean {
  const filter = valueOf(settings, 'RestrictAddressFamilies');
  return filter?.names.size === new Set(families.split(' ')).size;
}
