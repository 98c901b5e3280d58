import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'

export interface DedupeOptions<In> {
  /** The fields that make two records the same, at least one. */
  readonly by: readonly (keyof In & string)[]
  /** How many different records are remembered. Integer, at least 1: then a record is held against the last alone. */
  readonly length: number
}

/**
 * Lets a record pass unless it is one of the last: what a source repeats after it was connected anew, or a quote that
 * has not changed.
 *
 * Two real trades may agree in time, price, size and side: take what the source numbers, where it does.
 *
 * In      a record with the fields `by`, numbers or texts
 * Out     the same record
 * Emits   one per input that is not the same as one of the last `length` different ones
 * State   `length` texts per key: the one operator that makes a text for each input
 * Late    not seen: works by order; a gap does not matter. A flat market is one record, where `by` leaves the time out
 * Fails   Defect ASSERT when by is empty, or length not an integer of at least 1
 * Source  own; "distinct" within a bound
 *
 * @example
 * const quote = (bid: number, ask: number) => ({ bid, ask })
 * const quotes = [quote(5, 6), quote(5, 6), quote(4, 6), quote(5, 6)]
 * run(dedupeStep({ by: ['bid', 'ask'], length: 1 }), quotes).map(q => q.bid) // => [5, 4, 5]
 * run(dedupeStep({ by: ['bid', 'ask'], length: 2 }), quotes).map(q => q.bid) // => [5, 4]
 */
export const dedupe = <In extends object>(options: DedupeOptions<In>): Lifted<In, In> => lift(dedupeStep(options))

interface DedupeState {
  /** In the order in which they came. */
  readonly known: Map<string, true>
}

/** The pure step behind {@link dedupe}. */
export const dedupeStep = <In extends object>({ by, length }: DedupeOptions<In>): Kernel<DedupeState, In, In> => {
  assert(by.length > 0, 'dedupe: by names at least one field, found none')
  checkLengths('dedupe', { length }, 1)
  return {
    name: `dedupe(${by.join(', ')}, ${length})`,
    warmup: 1,
    init: () => ({ known: new Map() }),
    step({ known }, input) {
      let identity = ''
      for (const field of by) identity += `${input[field]}\n`
      if (known.has(identity)) return undefined
      if (known.size === length) known.delete(known.keys().next().value!)
      known.set(identity, true)
      return input
    },
  }
}
