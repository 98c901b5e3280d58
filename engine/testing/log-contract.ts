import { afterEach, beforeEach, describe, test } from 'vitest'
import type { Log } from '../log/port.ts'
import { appending } from './log/appending.ts'
import { committing } from './log/committing.ts'
import { lasting } from './log/lasting.ts'
import { reading } from './log/reading.ts'

/** A log under test, in a place of its own. */
export interface LogUnderTest {
  readonly log: Log
  /** Durable backends: closes the log and opens the same place again. */
  readonly reopen?: () => Promise<Log>
  /** Closes what is open and removes the place. */
  readonly dispose: () => Promise<void>
}

/**
 * What every backend of the `Log` port must do; called in a test file of the backend.
 *
 * @example
 * logContract('memory', async () => ({ log: memoryLog(), dispose: async () => {} }))
 */
export const logContract = (name: string, open: () => Promise<LogUnderTest>): void => {
  describe(`log contract: ${name}`, () => {
    let place: LogUnderTest
    beforeEach(async () => {
      place = await open()
    })
    afterEach(() => place.dispose())
    for (const [sentence, check] of Object.entries({ ...appending, ...reading, ...committing, ...lasting }))
      test(sentence, () => check({ log: place.log, reopen: place.reopen ?? (async () => place.log) }))
  })
}
