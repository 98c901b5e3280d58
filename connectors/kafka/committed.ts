import type { Batch } from './record-batch.ts'
import type { Mark } from './records.ts'

/** A transaction that was aborted, as the broker lists it beside a set of batches. */
export interface Aborted {
  readonly producerId: bigint
  /** Of its first record, which may stand before the set. */
  readonly firstOffset: number
}

/**
 * Tells which batches of ONE fetched set were committed, asked for each in order: `recordsOf` takes it as `admits`.
 *
 * The broker lists aborted transactions in the order in which they ended, so they are sorted by their beginnings. One
 * is open from its first offset to the producer's next mark of abort; all that begin up to a batch are opened before
 * the batch is judged. A producer has one transaction at a time, so its id tells which.
 */
export const committedOnly = (aborted: readonly Aborted[]): ((batch: Batch, mark: Mark | null) => boolean) => {
  if (aborted.length === 0) return () => true
  const byFirst = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<bigint>()
  let opened = 0
  return ({ producerId, transactional, lastOffset }, mark) => {
    while (opened < byFirst.length && byFirst[opened]!.firstOffset <= lastOffset)
      open.add(byFirst[opened++]!.producerId)
    if (mark === 'abort') open.delete(producerId)
    return !(transactional && open.has(producerId))
  }
}
