// npm run pictures: takes the pictures of the README and the walkthrough anew, of the real editor.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';
import { installEditor, setUp } from './setup.mjs';
import { step } from './step.mjs';
import { missing, tools } from './tools.mjs';

const lack = missing(tools.pngquant);
if (lack !== undefined) throw new Error(lack);
await setUp();
await installEditor();
const tests = ['pictures', 'workPictures', 'firstMinutes'].map((name) => `ui/${name}.test.ts`);
await step('pictures', () => run([execPath, 'test/editor/run.mjs', 'ui', ...tests], { cwd: root }));
await keep('readme', [
  ...['report-dark', 'report-light', 'report-contrast-dark', 'report-contrast-light'],
  ...['report-narrow', 'workbench', 'status-bar', 'explain', 'setcap', 'rebuild'],
  ...['launch', 'debug', 'unit', 'package'],
]);
await keep('walkthrough', ['check', 'why', 'repair', 'debug']);

/**
 * With no more colours than are told apart: a third of the size.
 *
 * @param {string} folder and the first word of the pictures’ names
 * @param {readonly string[]} names
 */
async function keep(folder, names) {
  const kept = join(root, 'extension/media', folder);
  mkdirSync(kept, { recursive: true });
  for (const name of names) {
    const taken = join(root, `.cache/screenshots/${folder}-${name}.png`);
    const output = ['--force', '--output', join(kept, `${name}.png`)];
    await run(['pngquant', '--speed', '1', '--strip', '--nofs', ...output, '128', '--', taken], {
      cwd: root,
    });
  }
}
