import type { LogRecord, Output } from '../log/port.ts'

/**
 * What an actor runs: a pure function of a prefix of its mailbox, with state that can be saved.
 *
 * The actor calls `step` with the rows in order, takes `outputs`, and commits them with `progress` and, when due,
 * `snapshot`, as one step. After a failure it makes a new behaviour, restores it, and steps the rows again.
 */
export interface Behaviour {
  /** Steps rows [from, to) of a record of the mailbox. A throw concerns the row that `row()` tells. */
  step(record: LogRecord, from: number, to: number): void
  /** The row that was being stepped when `step` threw; outside of [from, to) when no row is at fault. */
  row(): number
  /** What was produced since the last call, oldest first; the caller owns the blocks. */
  outputs(): readonly Output[]
  /** Counters and digest chains: small, a pure function of the rows stepped, compared after a recovery. */
  progress(): Uint8Array
  /** Everything that the next outputs depend on. */
  snapshot(): Uint8Array
  /** Fails with Fault FLOW_SNAPSHOT or FLOW_STATE_BYTES. */
  restore(snapshot: Uint8Array): void
}
