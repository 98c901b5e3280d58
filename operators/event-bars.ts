import type { Expander } from '../engine/flow/kernel.ts'
import type { Bar } from '../engine/market/bar.ts'
import type { Trade } from '../engine/market/trade.ts'
import { type Forming, noBar, openBar } from './forming.ts'

export interface EventBars<Tally> {
  now: number
  isOpen: boolean
  readonly bar: Forming
  readonly tally: Tally
}

/** When a bar is complete. What is counted for that is the rule's own, and it begins anew when it says true. */
export interface ClosingRule<Tally, In> {
  readonly name: string
  init(): Tally
  /** Asked for each input, after the bar has taken it in. */
  isComplete(tally: Tally, bar: Bar, input: In): boolean
}

/**
 * Bars that are complete when something has happened, and not when time has passed. Each input is in one bar. Where the
 * first of them begins moves all of them: no count of inputs settles that.
 */
export const eventBars = <Tally, In extends number | Trade>(
  rule: ClosingRule<Tally, In>,
): Expander<EventBars<Tally>, In, Bar> => ({
  name: rule.name,
  warmup: 1,
  settle: Infinity,
  init: () => ({ now: Number.NaN, isOpen: false, bar: noBar(), tally: rule.init() }),
  tick(state, now) {
    if (!(now < state.now)) state.now = now
  },
  step(state, input: In, emit) {
    const { bar } = state
    const price = typeof input === 'number' ? input : input.price
    if (!state.isOpen) openBar(bar, state.now, price)
    bar.at = state.now as Bar['at']
    if (price > bar.high) bar.high = price
    if (price < bar.low) bar.low = price
    bar.close = price
    if (typeof input !== 'number') bar.volume += input.size
    bar.count += 1
    state.isOpen = !rule.isComplete(state.tally, bar, input)
    if (!state.isOpen) emit(bar)
  },
})
