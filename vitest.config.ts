import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { canTestServers } from './deploy/services/testing/available.ts'

const SERVER_TESTS = '**/*.server.test.ts'
const exclude = ['node_modules/**', '.millrace/**', 'dist/**']

// Vitest puts what has order 0 and one worker behind all the others: count from 1.
const unit = {
  name: 'unit',
  include: ['**/*.test.ts'],
  exclude: [...exclude, SERVER_TESTS],
  testTimeout: 20_000,
  sequence: { groupOrder: 1 },
}

/** Against a broker and a database that are started when one of these tests is to run. */
const servers = {
  name: 'servers',
  include: [SERVER_TESTS],
  exclude,
  globalSetup: ['deploy/services/testing/servers.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  maxWorkers: 2,
  sequence: { groupOrder: 2 },
}

const config: ViteUserConfig = defineConfig({
  test: { projects: [{ test: unit }, ...(canTestServers() ? [{ test: servers }] : [])] },
})

export default config
