import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { canTestServers } from './deploy/services/testing/available.ts'

const SERVER_TESTS = '**/*.server.test.ts'
const exclude = ['node_modules/**', '.millrace/**']

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, SERVER_TESTS], testTimeout: 20_000 } },
      ...(canTestServers() ? [{ test: servers() }] : []),
    ],
  },
})

export default config

/** Against a broker and a database that are started when a test of these is to run, after the others. */
function servers() {
  return {
    name: 'servers',
    include: [SERVER_TESTS],
    exclude,
    globalSetup: ['deploy/services/testing/servers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
  }
}
