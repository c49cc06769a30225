/** Which extension the tests start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** The built extension; until there is one, the stub that proves the harness. */
export const extensionPath = existsSync(join(repository, 'dist/extension.cjs'))
  ? repository
  : join(import.meta.dirname, 'fixtures/stub');
