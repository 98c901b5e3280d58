import { keyBy } from '../engine/flow/key-by.ts'
import { map } from '../engine/flow/map.ts'
import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { quotes } from '../engine/market/topics.ts'
import {
  bothLegs,
  close,
  type Leg,
  type LegTarget,
  leg,
  legs,
  marketOrder,
  reversion,
  timeBars,
  zScore,
} from '../operators/index.ts'

/** Sells the dearer of two instruments and buys the cheaper when their ratio is stretched, until it is back. */
export const pairs: Strategy = strategy({
  name: 'pairs',
  reads: { quotes },
  params: {
    first: 'EURUSD',
    second: 'GBPUSD',
    maxAgeMs: 5000,
    barMs: 10_000,
    window: 60,
    enter: 2,
    leave: 0.5,
    lots: 12,
    otherLots: 10,
  },
  instruments: ({ first, second }) => [first, second],
  graph: ({ quotes }, { first, second, maxAgeMs, barMs, window, enter, leave, lots, otherLots }) =>
    quotes.pipe(
      leg(),
      keyBy<Leg>(() => 'pair'),
      legs({ first, second, maxAgeMs }),
      together(
        pair => ({
          pair,
          signal: pair.pipe(
            map('spread', ({ price, other }) => Math.log(price / other)),
            timeBars({ spanMs: barMs }),
            close(),
            zScore({ length: window }),
            // Nothing but the stretch decides.
            map('stretch', z => ({ z, adx: 0, rsi: 50, price: z })),
            reversion({ enter, leave, adxMax: 100, oversold: 100 }),
          ),
        }),
        { on: 'signal' },
      ),
      map('sides', ({ pair, signal: { direction } }) => ({ ...pair, direction })),
      bothLegs({ first, second, lots, otherLots }),
      keyBy<LegTarget>(({ instrument }) => instrument).as('byInstrument'),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
