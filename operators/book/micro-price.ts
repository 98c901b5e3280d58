import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'

/**
 * The mid weighted by the sizes of the other side: a large bid moves it to the ask, where the next trade is likely.
 *
 * Also called the weighted mid. Stoikov's micro-price (2018) goes on from here to an expectation that has to be fitted.
 *
 * In      a quote's { bid, ask, bidSize, askSize }
 * Out     number, quote currency, from bid to ask
 * Emits   one per input; none where neither side shows a size
 * State   none
 * Late    not seen
 * Source  Gatheral and Oomen 2010, Finance and Stochastics 14(2)
 *
 * @example
 * run(microPriceStep(), [{ bid: 1, ask: 2, bidSize: 3, askSize: 1 }]) // => [1.75]
 */
export const microPrice = (): Lifted<Pick<Quote, 'bid' | 'ask' | 'bidSize' | 'askSize'>, number> =>
  lift(microPriceStep())

/** The pure step behind {@link microPrice}. */
export const microPriceStep = (): Kernel<null, Pick<Quote, 'bid' | 'ask' | 'bidSize' | 'askSize'>, number> => ({
  name: 'microPrice',
  warmup: 1,
  init: () => null,
  // Without sizes 0 / 0 is no value.
  step: (_state, { bid, ask, bidSize, askSize }) => bid + (ask - bid) * (bidSize / (bidSize + askSize)),
})
