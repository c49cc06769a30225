// npm run package: the extension for this machine's architecture, as a .vsix in dist/.
import { join } from 'node:path';
import { root } from './root.mjs';
import { setUp } from './setup.mjs';
import { step } from './step.mjs';
import { makeVsix, target } from './vsix.mjs';

await setUp();
const file = `dist/capwright-${target}.vsix`;
await step(file, () => makeVsix(join(root, file)));
