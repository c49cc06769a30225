// npm run package: capwright-VERSION.vsix for this machine's architecture, in dist/.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { arch } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';
import { setUp } from './setup.mjs';
import { step } from './step.mjs';

await setUp();
const target = `linux-${arch === 'arm' ? 'armhf' : arch}`;
const out = join(root, 'dist', `capwright-${target}.vsix`);
mkdirSync(join(root, 'dist'), { recursive: true });
await step(`dist/capwright-${target}.vsix`, () =>
  // Everything is bundled, so no package goes with it.
  run(['vsce', 'package', '--no-dependencies', '--target', target, '--out', out], { cwd: root }),
);
