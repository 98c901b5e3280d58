import type { Micros } from './units.ts'

/** Written to the mailbox by the feed when it is quiet, so that time passes in a replay as it did live. */
export interface ClockRecord {
  readonly at: Micros
}
