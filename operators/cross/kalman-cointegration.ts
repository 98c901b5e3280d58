import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { inputsToForget } from '../lengths.ts'
import { leftOver, type Pair } from '../pairs.ts'

export interface KalmanCointegrationOptions {
  /** Share of what is known that is kept from one input to the next. Above 0 and below 1. 0.99 is the usual. */
  readonly discount: number
}

/** The line price = slope * other + intercept as it drifts, and how far the latest price was from where it was. */
export interface KalmanCointegration {
  /** Standard deviations of the forecast, which was made before the input was seen. */
  readonly z: number
  /** After the input. */
  readonly slope: number
  readonly intercept: number
}

/**
 * `cointegration` without a window: a Kalman filter follows the line of the price over the other as it drifts. A trade
 * goes by `z`, its hedge by `slope`.
 *
 * Drift and noise are not two more numbers to choose, as in most recipes, which then hold for one price level only: the
 * covariance of the line grows by 1 / discount per input, and the noise is estimated by the same discount.
 *
 * In      Pair: { price, other }, quote currency
 * Out     KalmanCointegration: { z, slope, intercept }; the record is reused
 * Emits   one per input from number 4 on; none until the other has moved and the price has left the line by more than
 *         rounding
 * State   eight numbers per key
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when discount is not above 0 and below 1
 * Source  West and Harrison 1997, Bayesian Forecasting and Dynamic Models, ch. 4 and 9.4, from a vague start; the
 *         filter is kept as discounted means and squares about them, which are the same numbers with more digits
 *
 * @example
 * const inputs = [[0, 0], [1, 1], [4, 2], [3, 3]].map(([price, other]) => ({ price, other }))
 * run(kalmanCointegrationStep({ discount: 0.5 }), inputs).map(({ slope }) => slope) // => [0.835052]
 */
export const kalmanCointegration = (options: KalmanCointegrationOptions): Lifted<Pair, KalmanCointegration> =>
  lift(kalmanCointegrationStep(options))

interface KalmanState {
  /** Sum of the weights: an input k inputs ago has discount^k. */
  weight: number
  /** The latest pair, and how far the weighted means are from it. */
  x: number
  y: number
  meanX: number
  meanY: number
  /** Weighted squares and products about the means. */
  xx: number
  xy: number
  yy: number
  readonly out: { z: number; slope: number; intercept: number }
}

/** The pure step behind {@link kalmanCointegration}. */
export const kalmanCointegrationStep = ({
  discount,
}: KalmanCointegrationOptions): Kernel<KalmanState, Pair, KalmanCointegration> => {
  assert(discount > 0 && discount < 1, `kalmanCointegration: discount is above 0 and below 1, found ${discount}`)
  return {
    name: `kalmanCointegration(${discount})`,
    warmup: 4,
    settle: 4 + inputsToForget(1 - discount),
    init: () => ({
      weight: 0,
      x: 0,
      y: 0,
      meanX: 0,
      meanY: 0,
      xx: 0,
      xy: 0,
      yy: 0,
      out: { z: 0, slope: 0, intercept: 0 },
    }),
    step(state, { price, other }) {
      moveTo(state, other, price)
      const z = surpriseOf(state, discount)
      learn(state, discount)
      if (Number.isNaN(z)) return undefined
      state.out.z = z
      state.out.slope = state.xy / state.xx
      state.out.intercept = price + state.meanY - state.out.slope * (other + state.meanX)
      return state.out
    },
  }
}

/** Means are told from the latest pair, so that small moves at a large price keep their digits. */
const moveTo = (state: KalmanState, x: number, y: number): void => {
  if (state.weight > 0) {
    state.meanX -= x - state.x
    state.meanY -= y - state.y
  }
  state.x = x
  state.y = y
}

/** The error of the forecast over its standard deviation; NaN while there is no line, or no error yet. */
const surpriseOf = (state: KalmanState, discount: number): number => {
  const { weight, meanX, meanY, xx, xy } = state
  const noise = leftOver(state) / weight
  if (!(noise > 0)) return Number.NaN
  const error = (xy / xx) * meanX - meanY
  const unsure = (1 / weight + (meanX * meanX) / xx) / discount
  return error / Math.sqrt(noise * (1 + unsure))
}

const learn = (state: KalmanState, discount: number): void => {
  const kept = discount * state.weight
  state.weight = kept + 1
  const share = kept / state.weight
  state.xx = discount * state.xx + state.meanX * state.meanX * share
  state.xy = discount * state.xy + state.meanX * state.meanY * share
  state.yy = discount * state.yy + state.meanY * state.meanY * share
  state.meanX *= share
  state.meanY *= share
}
