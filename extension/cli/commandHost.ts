import { fileURLToPath } from 'node:url';
import type { Host } from '../probe/host.ts';
import { createLinuxHost } from '../probe/linuxHost.ts';

/** Runs with a host for this command line, and ends its helper afterwards. */
export async function withHost<T>(use: (host: Host) => Promise<T>): Promise<T> {
  const host = createLinuxHost({ helperPath: helperPath(), addonPath: null });
  try {
    return await use(host);
  } finally {
    host.dispose();
  }
}

/** Beside the bundle, or the source of it where Node runs the sources. */
function helperPath(): string {
  const bundled = import.meta.url.endsWith('.mjs');
  return fileURLToPath(
    new URL(bundled ? './helper.mjs' : '../probe/helper/helperMain.ts', import.meta.url),
  );
}
