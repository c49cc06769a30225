import { has } from '../../model/capabilitySet.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { deniedCapabilities } from './deniedCapabilities.ts';
import { answersOf, asFarAsSeen, capabilityDenials, findingAt } from './unitFindings.ts';
import { userServiceRepairs } from './userServiceRepairs.ts';
import type { JudgedUnit, UnitDenial, UnitRule } from './unitRule.ts';

/** A file that grants capabilities, and not the one that is needed. */
export const fileCapabilitiesLackWanted: UnitRule = {
  id: 'file-capabilities-lack-wanted',
  category: 'file capability',
  severity: 'warning',
  summary: 'The file of the program grants capabilities, and not the one for what the unit wants',
  explanation: `
## What it means

The program starts with the capabilities of its file, and what it wants of the network takes another.

## Why

setcap(8) replaces what the file had: each call has to name all that the program needs. Where the program is a
script, it is the file of its interpreter that counts. Inheritable ones (\`+i\`) count only for a process that
holds them as inheritable already. \`AmbientCapabilities=\` does not add to it, since a file with capabilities
clears what is ambient.

## What to do

Set all capabilities on the file, or take them off and let \`AmbientCapabilities=\` of a system unit list them.
`,
  citations: ['setcap(8)', 'cap_bprm_creds_from_file() in security/commoncap.c'],
  check: (judged) => {
    const denials = capabilityDenials(judged).filter((denial) => isLacking(judged, denial));
    const [first] = denials;
    if (first === undefined) return [];
    const { origin, command } = first.command.execution;
    const place = { path: origin, span: spanOf(command.piece) };
    const program = pathText(command.program) ?? 'the program';
    const message = `The file of ${program} grants capabilities, and not ${deniedCapabilities(denials)}: ${answersOf(denials)}.`;
    const fixes = userServiceRepairs(judged);
    const { reasons } = first.verdict;
    const finding = findingAt(fileCapabilitiesLackWanted, place, message, { fixes, reasons });
    return [asFarAsSeen(judged, finding)];
  },
  examples: [
    {
      title: 'a low port besides, in a user unit',
      lines: ['# capwright: wants tun.create bind.low-port'],
      scope: 'user',
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a device and the capability for a port',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw'],
      fileCapabilities: 'cap_net_bind_service=ep',
      finds: true,
    },
    {
      title: 'the one that is wanted',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
    {
      title: 'ambient capabilities that the file clears, of which another rule tells',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_ADMIN',
        'CapabilityBoundingSet=CAP_NET_ADMIN CAP_CHOWN',
      ],
      fileCapabilities: 'cap_chown=ep',
      finds: false,
    },
  ],
};

/** What the unit asks for as ambient was to come another way. */
function isLacking(
  { reading: { settings } }: JudgedUnit,
  { command: { credentials, reasons }, verdict: { refusal } }: UnitDenial,
): boolean {
  if (credentials === null || refusal.rule !== 'gate') return false;
  const { looked } = refusal;
  if (looked.kind !== 'capability' || has(credentials.permitted, looked.capability)) return false;
  if (has(valueOf(settings, 'AmbientCapabilities'), looked.capability)) return false;
  return reasons.some(
    (reason) => reason.rule === 'file-grants' && !has(reason.permitted, looked.capability),
  );
}
