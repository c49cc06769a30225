import { HelperClient, helperCommand, type HelperOptions } from './helper/helperClient.ts';
import type { Host } from './host.ts';

export interface LinuxHostOptions extends Omit<HelperOptions, 'command'> {
  /** The bundled helper, or its source where Node runs that. */
  readonly helperPath: string;
  /** The native addon; null leaves the look-up to the helper. */
  readonly addonPath: string | null;
  /** Starts the helper at another vantage: `['setpriv', '--no-new-privs']`. Absent: here. */
  readonly prefix?: readonly string[];
}

/** The machine that Capwright runs on, through a probe helper that starts on demand. */
export function createLinuxHost(options: LinuxHostOptions): Host & { dispose: () => void } {
  const { helperPath, addonPath, prefix = [], ...rest } = options;
  const command = [...prefix, ...helperCommand(helperPath, addonPath ?? undefined)];
  const client = new HelperClient({ ...rest, command });
  return {
    request: (request) => client.request(request),
    architecture: process.arch,
    dispose: () => {
      client.dispose();
    },
  };
}
