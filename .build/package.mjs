// npm run package: the extension for this machine's architecture, as a .vsix in dist/.
import { join } from 'node:path';
import { arch } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';
import { setUp } from './setup.mjs';
import { step } from './step.mjs';

await setUp();
const target = `linux-${arch === 'arm' ? 'armhf' : arch}`;
const file = join(root, 'dist', `capwright-${target}.vsix`);
await step(`dist/capwright-${target}.vsix`, () =>
  // Everything is bundled, so no package goes with it.
  run(['vsce', 'package', '--no-dependencies', '--target', target, '--out', file], { cwd: root }),
);
