import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

/**
 * Which of the two queues at the best prices is the longer: 1 where there are only bids, -1 where there are only asks.
 *
 * It says which side the next trade will probably take; how a whole book leans is `bookImbalance`.
 *
 * In      a quote's { bidSize, askSize }
 * Out     number, -1..1
 * Emits   one per input; none where neither side shows a size
 * State   none
 * Late    not seen
 * Source  Gould and Bonart 2016, Market Microstructure and Liquidity 2(2)
 *
 * @example
 * run(queueImbalanceStep(), [{ bidSize: 3, askSize: 1 }, { bidSize: 0, askSize: 0 }]) // => [0.5]
 */
export const queueImbalance = (): Lifted<Pick<Quote, 'bidSize' | 'askSize'>, number> => lift(queueImbalanceStep())

/** The pure step behind {@link queueImbalance}. */
export const queueImbalanceStep = (): Kernel<null, Pick<Quote, 'bidSize' | 'askSize'>, number> => ({
  name: 'queueImbalance',
  warmup: 1,
  init: () => null,
  // Without sizes 0 / 0 is no value.
  step: (_state, { bidSize, askSize }) => (bidSize - askSize) / (bidSize + askSize),
})
