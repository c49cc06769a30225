import { defineConfig } from 'vitest/config';

/** Stops a hang; says nothing about speed. Nothing is tried twice: a flaky test is a failing test. */
const hang = { testTimeout: 60_000, hookTimeout: 120_000, teardownTimeout: 20_000, retry: 0 };

const apart = ['native', 'kernel', 'systemd', 'editor', 'bench'];

/** Where the world is shared (devices, mounts, helpers), files take turns. */
const inTurn = { ...hang, pool: 'forks', fileParallelism: false } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...hang,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: apart.map((folder) => `test/${folder}/**`),
        },
      },
      { test: { ...inTurn, name: 'native', include: ['test/native/**/*.test.ts'] } },
      { test: { ...inTurn, name: 'kernel', include: ['test/kernel/**/*.test.ts'] } },
      { test: { ...inTurn, name: 'systemd', include: ['test/systemd/**/*.test.ts'] } },
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
