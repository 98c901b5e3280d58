import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logContract } from '../../engine/testing/log-contract.ts'
import { openLmdbLog } from './lmdb-log.ts'

logContract('lmdb', async () => {
  const path = mkdtempSync(join(tmpdir(), 'millrace-'))
  let log = await openLmdbLog({ path })
  return {
    log,
    reopen: async () => {
      await log.close()
      log = await openLmdbLog({ path })
      return log
    },
    dispose: async () => {
      await log.close()
      rmSync(path, { recursive: true })
    },
  }
})
