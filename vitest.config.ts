import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const common = {
  // A test says what it expects, and no test hides the others.
  expect: { requireAssertions: true },
  allowOnly: false,
  // Nothing is tried twice: a flaky test is a failing test.
  retry: 0,
  // To stop a hang; they say nothing about speed.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  teardownTimeout: 20_000,
} as const;

const apart = ['native', 'kernel', 'systemd', 'editor', 'bench'];

/** What a check remembers is kept here, not in the home of whoever runs the tests. */
const env = { XDG_STATE_HOME: fileURLToPath(new URL('.cache/state', import.meta.url)) };

/** Where the world is shared (devices, mounts, helpers), files take turns. */
const inTurn = { ...common, pool: 'forks', fileParallelism: false, env } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: apart.map((folder) => `test/${folder}/**`),
        },
      },
      { test: { ...inTurn, name: 'native', include: ['test/native/**/*.test.ts'] } },
      { test: { ...inTurn, name: 'kernel', include: ['test/kernel/**/*.test.ts'] } },
      {
        test: {
          ...inTurn,
          name: 'systemd',
          include: ['test/systemd/**/*.test.ts'],
          globalSetup: ['test/systemd/lab/testTrees.ts'],
        },
      },
      {
        test: {
          ...inTurn,
          name: 'bench',
          include: [],
          benchmark: { include: ['test/bench/**/*.bench.ts'] },
        },
      },
    ],
  },
});
