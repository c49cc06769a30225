import type { ProbeReply, ProbeRequest } from '../protocol/probe.ts';

/** The one seam between Capwright and the machine that it looks at. */
export interface Host {
  /** Asks the probe helper at this host's vantage; never rejects. */
  request<const R extends ProbeRequest>(request: R): Promise<ProbeReply<R['kind']>>;
  /** The architecture of the machine as Node names it, such as `x64`. */
  readonly architecture: string;
}
