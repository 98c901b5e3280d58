import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import { checkLengths } from '../lengths.ts'
import { type Sum, slideSum, sum } from '../sum.ts'

export interface AmihudIlliquidityOptions {
  /** Window, in bars. Integer, at least 1. */
  readonly length: number
}

/**
 * Amihud's illiquidity: how much the price moves for the money that is traded, on average over the bars of the window
 * that have volume. It needs no side of trades: `kyleLambda` does.
 *
 * In      a bar's { close, volume }, quote currency and base units; closes above 0
 * Out     number, return per unit of quote currency; 0 on a flat market
 * Emits   one per bar from bar `length + 1` on; none while the window has no volume
 * State   `2 * length` numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when length is not an integer of at least 1
 * Source  Amihud 2002, Journal of Financial Markets 5(1): the mean of |return| / (close * volume)
 *
 * @example
 * const bar = (close: number, volume: number) => ({ close, volume })
 * run(amihudIlliquidityStep({ length: 2 }), [bar(4, 9), bar(5, 1), bar(4, 5), bar(2, 0)]) // => [0.03, 0.01]
 */
export const amihudIlliquidity = (options: AmihudIlliquidityOptions): Lifted<Pick<Bar, 'close' | 'volume'>, number> =>
  lift(amihudIlliquidityStep(options))

interface AmihudIlliquidityState {
  close: number
  readonly impacts: Sum
  readonly traded: Sum
}

/** The pure step behind {@link amihudIlliquidity}. */
export const amihudIlliquidityStep = ({
  length,
}: AmihudIlliquidityOptions): Kernel<AmihudIlliquidityState, Pick<Bar, 'close' | 'volume'>, number> => {
  checkLengths('amihudIlliquidity', { length }, 1)
  return {
    name: `amihudIlliquidity(${length})`,
    warmup: length + 1,
    init: () => ({ close: Number.NaN, impacts: sum(length), traded: sum(length) }),
    step(state, { close, volume }) {
      const change = Math.abs((close - state.close) / state.close)
      state.close = close
      if (Number.isNaN(change)) return Number.NaN
      const impacts = slideSum(state.impacts, volume > 0 ? change / (close * volume) : 0)
      return impacts / slideSum(state.traded, volume > 0 ? 1 : 0)
    },
  }
}
