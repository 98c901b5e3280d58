import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { countBelow, type Ordered, ordered, slideOrdered } from '../ordered.ts'
import { type StateOf, settleOf } from '../parts.ts'
import { percentChange } from './rate-of-change.ts'
import { rsiStep } from './rsi.ts'

export interface ConnorsRsiOptions {
  /** Averaging length of the `rsi` of the price, in changes. Integer, at least 1. 3 is the usual. */
  readonly length: number
  /** Averaging length of the `rsi` of the streak. Integer, at least 1. 2 is the usual. */
  readonly streak: number
  /** With how many earlier changes a change is compared. Integer, at least 1. 100 is the usual. */
  readonly rank: number
}

/**
 * ConnorsRSI: the mean of three momenta: the `rsi` of the price, that of how often in a row it rose or fell, and the
 * share of earlier changes that were below this one.
 *
 * In      number, price; positive, as the door admits them
 * Out     number, 0..100; 33.333333 on a flat market, because no earlier change was below
 * Emits   one per input from number `max(length, streak, rank + 1) + 1` on
 * State   `2 * rank` numbers per key, and eight; the length of a streak has no bound
 * Late    not seen: works by order; a gap counts as one change
 * Fails   Defect ASSERT when an option is not an integer of at least 1
 * Source  Connors and Alvarez 2012, An Introduction to ConnorsRSI. Before the first change the streak is 0
 *
 * @example
 * run(connorsRsiStep({ length: 2, streak: 2, rank: 2 }), [1, 2, 3, 2, 4]) // => [25, 81.944444]
 */
export const connorsRsi = (options: ConnorsRsiOptions): Lifted<number, number> => lift(connorsRsiStep(options))

interface ConnorsRsiState {
  previous: number
  streak: number
  readonly price: StateOf<typeof rsiStep>
  readonly run: StateOf<typeof rsiStep>
  readonly changes: Ordered
}

/** The pure step behind {@link connorsRsi}. */
export const connorsRsiStep = ({
  length,
  streak,
  rank,
}: ConnorsRsiOptions): Kernel<ConnorsRsiState, number, number> => {
  checkLengths('connorsRsi', { length, streak, rank }, 1)
  const price = rsiStep({ length })
  const run = rsiStep({ length: streak })
  return {
    name: `connorsRsi(${length}, ${streak}, ${rank})`,
    warmup: Math.max(length, streak, rank + 1) + 1,
    settle: Math.max(settleOf(price), settleOf(run), rank + 2),
    init: () => ({
      previous: Number.NaN,
      streak: 0,
      price: price.init(),
      run: run.init(),
      changes: ordered(rank),
    }),
    step(state, input) {
      const { previous, changes } = state
      state.previous = input
      if (input > previous) state.streak = Math.max(state.streak, 0) + 1
      else if (input < previous) state.streak = Math.min(state.streak, 0) - 1
      else state.streak = 0
      const momenta = price.step(state.price, input)! + run.step(state.run, state.streak)!
      const change = percentChange(input, previous)
      if (Number.isNaN(change)) return Number.NaN
      const share = changes.size === rank ? countBelow(changes, change) / rank : Number.NaN
      slideOrdered(changes, change)
      return (momenta + 100 * share) / 3
    },
  }
}
