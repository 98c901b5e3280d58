import { logContract } from '../testing/log-contract.ts'
import { memoryLog } from './memory.ts'

logContract('memory', async () => {
  const log = memoryLog()
  return { log, dispose: () => log.close() }
})
