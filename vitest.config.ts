import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // The files of a worker share their modules, which halves the time. Every core works:
          // left to itself, Vitest uses one of two.
          isolate: false,
          maxWorkers: '100%',
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.tsx'],
          environment: 'happy-dom',
          testTimeout: 10_000,
        },
      },
      {
        // Real engine, real chain: one file at a time, so that two never fight over the engine.
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
