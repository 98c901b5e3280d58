import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { type Aggressor, aggressor, signOf } from '../aggressor.ts'
import { fillSigned, type SignedVolume, signed } from '../signed-volume.ts'

export interface VolumeDeltaOptions {
  /** Span, milliseconds of event time. Positive. Spans are counted from the epoch, UTC, as those of `timeBars`. */
  readonly spanMs: number
}

/** Of the span from `start` to `at`, its end. */
export interface SpanDelta extends SignedVolume {
  readonly at: Micros
  readonly start: Micros
}

/**
 * Volume delta of each span of time: what buyers took less what sellers gave. It comes with the bar of `timeBars` with
 * the same span.
 *
 * In      a trade's { at, price, size, side }
 * Out     SpanDelta: { start, at } of the span, { delta, share, unknown }; `share` is for models; the record is reused
 * Emits   at the first event or clock record at or after the end of the span; a span without trades gives none
 * State   eight numbers per key
 * Late    a late trade counts into the latest span
 * Fails   Defect ASSERT when spanMs is not positive
 * Source  definition; sides by the venue, else by the tick rule of Lee and Ready 1991
 *
 * @example
 * const trade = (at: number, price: number, size: number, side = 'unknown') => ({ at, price, size, side })
 * const trades = [trade(0, 5, 4, 'buy'), trade(900, 4, 6), trade(1000, 5, 1, 'sell'), trade(2000, 5, 1)]
 * run(volumeDeltaStep({ spanMs: 1 }), trades)
 * // => [{ start: 0, at: 1000, delta: -2, share: -0.2, unknown: 0.6 },
 * //     { start: 1000, at: 2000, delta: -1, share: -1, unknown: 0 }]
 */
export const volumeDelta = (
  options: VolumeDeltaOptions,
): Lifted<Pick<Trade, 'at' | 'price' | 'size' | 'side'>, SpanDelta> => lift(volumeDeltaStep(options))

interface VolumeDeltaState {
  now: number
  /** Of the span in the making; NaN is none. */
  end: number
  readonly last: Aggressor
  delta: number
  traded: number
  unknown: number
  readonly out: { -readonly [name in keyof SpanDelta]: SpanDelta[name] }
}

/** The pure step behind {@link volumeDelta}. */
export const volumeDeltaStep = ({
  spanMs,
}: VolumeDeltaOptions): Expander<VolumeDeltaState, Pick<Trade, 'at' | 'price' | 'size' | 'side'>, SpanDelta> => {
  assert(spanMs > 0, `volumeDelta: spanMs is positive, found ${spanMs}`)
  const spanUs = spanMs * 1000
  return {
    name: `volumeDelta(${spanMs})`,
    warmup: 1,
    init: () => ({
      now: Number.NaN,
      end: Number.NaN,
      last: aggressor(),
      delta: 0,
      traded: 0,
      unknown: 0,
      out: { ...signed(), at: Number.NaN as Micros, start: Number.NaN as Micros },
    }),
    tick(state, now, emit) {
      if (!(now < state.now)) state.now = now
      if (!(now >= state.end)) return
      const { out } = state
      out.at = state.end as Micros
      out.start = (state.end - spanUs) as Micros
      state.end = Number.NaN
      fillSigned(out, state.delta, state.traded, state.unknown)
      emit(out)
    },
    step(state, trade) {
      if (Number.isNaN(state.end)) {
        state.end = (Math.floor(state.now / spanUs) + 1) * spanUs
        state.delta = 0
        state.traded = 0
        state.unknown = 0
      }
      state.delta += signOf(state.last, trade) * trade.size
      state.traded += trade.size
      if (trade.side === 'unknown') state.unknown += trade.size
    },
  }
}
