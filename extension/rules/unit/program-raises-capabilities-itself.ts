import { has } from '../../model/capabilitySet.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { deniedCapabilities } from './deniedCapabilities.ts';
import { answersOf, capabilityDenials, findingAt } from './unitFindings.ts';
import type { UnitDenial, UnitRule } from './unitRule.ts';

/** A file whose capabilities are permitted and not effective. */
export const programRaisesCapabilitiesItself: UnitRule = {
  id: 'program-raises-capabilities-itself',
  category: 'file capability',
  severity: 'information',
  summary: 'A program whose file permits the capabilities without making them effective',
  explanation: `
## What it means

The file was given the capabilities with \`+p\`, without \`e\`: the program holds them, and until it raises them
the kernel acts as if it did not.

## Why

A file has one effective flag for all its capabilities. Without it the program starts with an empty effective
set and has to call capset(2) or cap_set_proc(3) first, which is a sound design for programs that know of
capabilities. What it does later cannot be seen.

## What to do

Where the program raises the capability itself, all is well. Otherwise set it with \`ep\`.
`,
  citations: ['capabilities(7), file capabilities, “Effective”'],
  check: (judged) => {
    const denials = capabilityDenials(judged).filter(isPermitted);
    const [first] = denials;
    if (first === undefined) return [];
    const { origin, command } = first.command.execution;
    const place = { path: origin, span: spanOf(command.piece) };
    const program = pathText(command.program) ?? 'the program';
    const message = `${program} holds ${deniedCapabilities(denials)} by its file without the effective flag: ${answersOf(denials)} until it raises them. Whether it does cannot be seen.`;
    const { reasons } = first.verdict;
    const detail = { confidence: 'likely', reasons } as const;
    return [findingAt(programRaisesCapabilitiesItself, place, message, detail)];
  },
  examples: [
    {
      title: 'cap_net_admin=p',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw'],
      fileCapabilities: 'cap_net_admin=p',
      finds: true,
    },
    {
      title: 'the same in a user unit',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      scope: 'user',
      fileCapabilities: 'cap_net_admin=p',
      finds: true,
    },
    {
      title: 'cap_net_admin=ep',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};

function isPermitted({ command: { credentials }, verdict: { refusal } }: UnitDenial): boolean {
  if (credentials === null || refusal.rule !== 'gate') return false;
  const { looked } = refusal;
  return looked.kind === 'capability' && has(credentials.permitted, looked.capability);
}
