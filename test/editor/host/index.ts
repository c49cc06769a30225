/**
 * Runs the bundled specs beside it with mocha, inside the extension host, and leaves the counts as
 * JSON in the file that CAPWRIGHT_HOST_RESULTS names.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import type { Counts } from '../counts.ts';

/** Called by VS Code. Rejects where a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 30_000, forbidOnly: true });
  const specs = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.cjs'));
  for (const name of specs.sort()) mocha.addFile(join(import.meta.dirname, name));
  await mocha.loadFilesAsync();

  const failures: string[] = [];
  const skips: string[] = [];
  let passed = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => (passed += 1))
      .on('pending', (test) => skips.push(test.fullTitle()))
      .on('fail', (test, error) =>
        failures.push(
          `${test.fullTitle()}: ${error instanceof Error ? error.message : String(error)}`,
        ),
      );
  });

  const counts: Counts = { passed, failures, skips };
  const file = process.env['CAPWRIGHT_HOST_RESULTS'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  if (failures.length > 0) throw new Error(`${failures.length} failed`);
}
