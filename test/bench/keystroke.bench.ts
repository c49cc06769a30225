import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import { openCore } from '../../extension/views/core.ts';
import { fiveDropIns } from './fiveDropIns.ts';

const core = openCore({
  helperPath: new URL('../../dist/helper.mjs', import.meta.url).pathname,
  addonPath: new URL('../../native/build/capwright_probe.node', import.meta.url).pathname,
  launcherPath: new URL('../../native/build/capwright-launch', import.meta.url).pathname,
});
const folder = mkdtempSync(join(tmpdir(), 'capwright-keystroke-'));
const path = join(folder, 'test.service');
const text = '[Service]\nType=oneshot\nExecStart=/bin/true\nUser=daemon\n';
writeFileSync(path, text);
mkdirSync(`${path}.d`);
for (const [index, lines] of fiveDropIns.entries()) {
  writeFileSync(join(`${path}.d`, `${String(index)}.conf`), `[Service]\n${lines}\n`);
}
let typed = '';

afterAll(() => {
  core.dispose();
  rmSync(folder, { recursive: true });
});

// From the changed text to what the diagnostics show, all that VS Code itself does left out. The budget is that
// of linting (lint.bench.ts); what comes on top is whether the files are still the same, and a look at the program.
describe('a keystroke in a unit with five drop-ins', () => {
  bench('capwright, findings and outcome of the unsaved text', async () => {
    typed = typed.length > 40 ? '' : `${typed}x`;
    const texts = new Map([[path, `${text}# ${typed}\n`]]);
    const reading = await core.unit.read({
      path,
      texts,
      trusted: true,
      scope: null,
      version: null,
    });
    if (reading.kind === 'unjudged') throw new Error(reading.why);
  });

  bench('systemd-analyze verify, of what is on the disk', () => {
    execFileSync('systemd-analyze', ['verify', '--man=no', path], { stdio: 'ignore' });
  });
});
