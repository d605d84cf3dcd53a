import { defineConfig } from 'vitest/config'

/** Tests that start the real program or a browser: one at a time, after the others. */
const whole = ['test/start/**/*.test.ts', 'test/browser/**/*.test.ts']
const exclude = ['node_modules/**', 'dist/**', 'data/**']

export default defineConfig({
  test: {
    globalSetup: ['test/pg.ts'],
    // the machine's zone must not matter: a forgotten Asia/Shanghai shows here
    env: { TZ: 'America/New_York' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...exclude, ...whole],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: whole,
          exclude,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
