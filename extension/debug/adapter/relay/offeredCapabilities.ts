import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import { offerGates } from '../gateFilter.ts';
import type { RelayedDebugger, RelayedGates } from '../relayedDebugger.ts';

const ownSchema = v.looseObject({
  exceptionBreakpointFilters: v.optional(
    v.array(v.looseObject({ filter: v.string(), label: v.string() })),
    [],
  ),
});

/**
 * What the client is offered: of the debugger, and the filter for refused calls beside its own.
 * @param own as the debugger has told them; nothing while it does not run yet
 */
export function offeredCapabilities(
  { capabilities }: RelayedDebugger,
  gates: RelayedGates | null,
  own: unknown = {},
): DebugProtocol.Capabilities {
  const { exceptionBreakpointFilters: filters, ...rest } = v.parse(ownSchema, own);
  const offered = gates === null ? {} : offerGates(gates.cost);
  const all = [...(offered.exceptionBreakpointFilters ?? []), ...filters];
  return {
    ...capabilities,
    ...rest,
    ...offered,
    ...(all.length === 0 ? {} : { exceptionBreakpointFilters: all }),
  };
}
