import type { DebugProtocol } from '@vscode/debugprotocol';

/** The id of the exception breakpoint filter. */
export const gateFilter = 'capwright.denied';

/** What a client is offered where a debugger can stop at refused calls. */
export function offerGates(cost: string): DebugProtocol.Capabilities {
  return {
    supportsExceptionInfoRequest: true,
    exceptionBreakpointFilters: [
      {
        filter: gateFilter,
        label: 'Permission denied by a capability gate',
        description: `Stops where a call is refused with EPERM or EACCES, and says which gate of the kernel refused. ${cost}`,
      },
    ],
  };
}
