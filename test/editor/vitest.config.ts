import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The workbench's tests: each file starts an editor and a browser, so files take turns. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    // What a check remembers is not kept in the home of whoever runs the tests.
    env: { XDG_STATE_HOME: join(import.meta.dirname, '../../.cache/state') },
    include: ['ui/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    // Stop a hang; say nothing about speed.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    retry: 0,
  },
});
