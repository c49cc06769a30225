import type { GateReason, Reason } from '../model/reason.ts';
import type { Verdict } from '../model/verdict.ts';

/** The gate that a verdict hangs on: what refuses, what was not seen, or the last that asked for a right. */
export function decidingGate({ kind, reasons }: Verdict): GateReason | null {
  const gates = reasons.filter((reason): reason is GateReason => reason.rule === 'gate');
  const last = gates.at(-1) ?? null;
  switch (kind) {
    case 'denied':
      return last;
    case 'unknown':
      return gates.findLast(({ outcome }) => outcome === 'unknown') ?? last;
    case 'allowed':
      return gates.findLast(asksForRight) ?? last;
  }
}

/** Other than whether something is there, or is named rightly. */
export function asksForRight(reason: Reason): boolean {
  if (reason.rule !== 'gate') return false;
  const { gate, looked } = reason;
  switch (looked.kind) {
    case 'capability':
    case 'sysctl':
      return true;
    case 'tun-device':
      return gate === 'tun-owner';
    default:
      return false;
  }
}
