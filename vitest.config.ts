import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { canTestServers } from './deploy/services/testing/available.ts'

const SERVER_TESTS = '**/*.server.test.ts'
const exclude = ['node_modules/**', '.millrace/**', 'dist/**']

/** What hangs is ended; what is slow is not, however busy the machine is. Vitest's own limits are 5 s, 10 s and 1 s. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } }

const unit = {
  name: 'unit',
  include: ['**/*.test.ts'],
  exclude: [...exclude, SERVER_TESTS],
  ...limits,
  // Without it, one less than there are cores: on two of them that is one.
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
}

/** Against a broker and a database that are started when one of these tests is to run. */
const servers = {
  name: 'servers',
  include: [SERVER_TESTS],
  exclude,
  globalSetup: ['deploy/services/testing/servers.ts'],
  ...limits,
  maxWorkers: 2,
  sequence: { groupOrder: 2 },
}

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [{ test: unit }, ...(canTestServers() ? [{ test: servers }] : [])],
    teardownTimeout: limits.hookTimeout,
  },
})

export default config
