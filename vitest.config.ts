import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests that start the real program or a browser: after the others. */
const whole = ['test/start/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/upgrade/**/*.test.ts']
const exclude = ['node_modules/**', 'dist/**', 'data/**']
// the machine's zone must not matter: a forgotten Asia/Shanghai shows here
const env = { TZ: 'America/New_York' }
// a worker loads the program once and runs file after file; what a file changes outside itself it puts back
const isolate = false

export default defineConfig({
  test: {
    // here and not in the projects, which would each start a PostgreSQL
    globalSetup: ['test/pg.ts'],
    // half the time of a test is PostgreSQL's: two workers also on two cores
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          isolate,
          env,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...exclude, ...whole],
          // generous, because a busy machine must not fail a test; none takes more than a few seconds alone
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'whole',
          isolate,
          env,
          include: whole,
          exclude,
          // a browser on a busy machine draws late
          expect: { poll: { timeout: 30_000 } },
          // going through every screen takes a minute on a quiet machine
          testTimeout: 300_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
