// npm run pictures: takes the pictures of the README anew, of the real editor.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';
import { installEditor, setUp } from './setup.mjs';
import { step } from './step.mjs';

await setUp();
await installEditor();
await step('pictures', () =>
  run([execPath, 'test/editor/run.mjs', 'ui', 'ui/pictures.test.ts'], { cwd: root }),
);
const kept = join(root, 'extension/media/readme');
mkdirSync(kept, { recursive: true });
for (const name of ['report-dark', 'unit-dark', 'workbench'])
  copyFileSync(join(root, `.cache/screenshots/readme-${name}.png`), join(kept, `${name}.png`));
