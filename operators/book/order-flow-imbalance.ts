import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Quote } from '../../engine/market/quote.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface OrderFlowImbalanceOptions {
  /** Window, in changes of the quote. Integer, at least 1. */
  readonly length: number
}

/**
 * Order flow imbalance: how much demand the last changes of the quote brought at the best prices, less how much supply.
 * Over short spans prices move with it, in nearly a straight line.
 *
 * A better bid adds its size, a worse one takes the size that stood there away, and at an equal price the difference
 * counts; asks with the other sign.
 *
 * In      a quote's { bid, ask, bidSize, askSize }
 * Out     number, base units; 0 on a market where nothing changes and on one without sizes
 * Emits   one per input from number `length + 1` on
 * State   `length` numbers per key
 * Late    not seen: works by order; a gap is one change
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Cont, Kukanov and Stoikov 2014, Journal of Financial Econometrics 12(1), eq. 4 and 5
 *
 * @example
 * const quote = (bid: number, bidSize: number) => ({ bid, ask: 9, bidSize, askSize: 4 })
 * run(orderFlowImbalanceStep({ length: 1 }), [quote(5, 2), quote(5, 3), quote(6, 7), quote(4, 1)]) // => [1, 7, -7]
 */
export const orderFlowImbalance = (
  options: OrderFlowImbalanceOptions,
): Lifted<Pick<Quote, 'bid' | 'ask' | 'bidSize' | 'askSize'>, number> => lift(orderFlowImbalanceStep(options))

interface OrderFlowImbalanceState {
  bid: number
  ask: number
  bidSize: number
  askSize: number
  readonly changes: Sum
}

/** The pure step behind {@link orderFlowImbalance}. */
export const orderFlowImbalanceStep = ({
  length,
}: OrderFlowImbalanceOptions): Kernel<
  OrderFlowImbalanceState,
  Pick<Quote, 'bid' | 'ask' | 'bidSize' | 'askSize'>,
  number
> => {
  checkLengths('orderFlowImbalance', { length }, 1)
  return {
    name: `orderFlowImbalance(${length})`,
    warmup: length + 1,
    init: () => ({ bid: Number.NaN, ask: Number.NaN, bidSize: 0, askSize: 0, changes: sum(length) }),
    step(state, { bid, ask, bidSize, askSize }) {
      const demand = (bid >= state.bid ? bidSize : 0) - (bid <= state.bid ? state.bidSize : 0)
      const supply = (ask <= state.ask ? askSize : 0) - (ask >= state.ask ? state.askSize : 0)
      const isFirst = Number.isNaN(state.bid)
      state.bid = bid
      state.ask = ask
      state.bidSize = bidSize
      state.askSize = askSize
      return isFirst ? Number.NaN : slideSum(state.changes, demand - supply)
    },
  }
}
