import { createLinuxHost } from '../../../extension/probe/linuxHost.ts';
import { logIn, type World } from './world.ts';

const helper = new URL('../../../dist/helper.mjs', import.meta.url).pathname;
const addon = new URL('../../../native/build/capwright_probe.node', import.meta.url).pathname;

/** The machine as the developer sees it: through a helper of theirs, which `dispose` ends. */
export function developerHost({ dev, reach }: World): ReturnType<typeof createLinuxHost> {
  return createLinuxHost({
    helperPath: reach(helper),
    addonPath: reach(addon),
    prefix: logIn(dev),
  });
}
