// npm run pictures: takes the pictures of the README and the walkthrough anew, of the real editor.
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
  run([execPath, 'test/editor/run.mjs', 'ui', 'ui/pictures.test.ts', 'ui/firstMinutes.test.ts'], {
    cwd: root,
  }),
);
keep('readme', [
  ...['report-dark', 'report-light', 'report-contrast'],
  ...['status-bar', 'unit-dark', 'workbench', 'debug'],
]);
keep('walkthrough', ['check', 'why', 'repair', 'debug']);

/**
 * @param {string} folder and the first word of the pictures’ names
 * @param {readonly string[]} names
 */
function keep(folder, names) {
  const kept = join(root, 'extension/media', folder);
  mkdirSync(kept, { recursive: true });
  for (const name of names)
    copyFileSync(join(root, `.cache/screenshots/${folder}-${name}.png`), join(kept, `${name}.png`));
}
