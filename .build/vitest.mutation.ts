import { defineConfig } from 'vitest/config';

/** For npm run mutation: the tests that judge the pure layers, and nothing that touches the machine. */
export default defineConfig({
  test: { include: ['test/{model,rules,fixes,report,property}/**/*.test.ts'] },
});
