import { assert } from '../assert.ts'
import type { Stamped } from '../market/topic.ts'
import type { Flow } from './flow.ts'
import { ear, type Kernel } from './kernel.ts'
import { type Lifted, lift } from './lift.ts'

export interface AsOfOptions {
  /** Oldest value of the other side that still counts, milliseconds of event time. */
  readonly maxAgeMs: number
}

/** A value and what the other side was at its time. */
export interface AsOf<Left, Right> {
  readonly at: Left extends Stamped ? Left['at'] : never
  readonly left: Left
  readonly right: Right
}

/**
 * Joins each input with the latest record of another flow at its event time: the quote in force when a trade printed.
 *
 * In      a record with `at` (left); the other flow gives records with `at` (right); keys match
 * Out     { at, left, right }; left and right are copies that the next output overwrites
 * Emits   one per input once the other side has a record not older than `maxAgeMs`; else none
 * State   the latest right record
 * Late    a right record older than the latest heard is ignored; mailbox order decides between equal times
 * Source  own; "as-of join" of kdb+ (aj), backward, with a staleness bound
 */
export const asOf = <Left extends Stamped, Right extends Stamped>(
  other: Flow<Right>,
  options: AsOfOptions,
): Lifted<Left, AsOf<Left, Right>> => lift(asOfStep<Left, Right>(other, options))

interface AsOfState<Left, Right> {
  right: Right | null
  readonly out: { at: number; left: Left | null; right: Right | null }
}

/** The pure step behind {@link asOf}. */
export const asOfStep = <Left extends Stamped, Right extends Stamped>(
  other: Flow<Right>,
  { maxAgeMs }: AsOfOptions,
): Kernel<AsOfState<Left, Right>, Left, AsOf<Left, Right>> => {
  assert(maxAgeMs > 0, `asOf: maxAgeMs is positive, found ${maxAgeMs}`)
  return {
    name: `asOf(${maxAgeMs})`,
    warmup: 1,
    init: () => ({ right: null, out: { at: 0, left: null, right: null } }),
    hears: [
      ear(other, (state: AsOfState<Left, Right>, heard: Right) => {
        if (state.right === null || heard.at >= state.right.at) state.right = { ...heard }
      }),
    ],
    step(state, left) {
      const { right, out } = state
      if (right === null || left.at - right.at > maxAgeMs * 1000) return undefined
      out.at = left.at
      out.left = { ...left }
      out.right = right
      return out as AsOf<Left, Right>
    },
  }
}
