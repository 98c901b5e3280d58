import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts', '**/*.prop.test.ts'],
    exclude: ['node_modules/**'],
    pool: 'threads',
    testTimeout: 20_000,
  },
})
