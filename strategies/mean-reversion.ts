import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { quotes } from '../engine/market/topics.ts'
import {
  adx,
  close,
  conflate,
  marketOrder,
  mid,
  reversion,
  riskSize,
  rsi,
  timeBars,
  zScore,
} from '../operators/index.ts'

/** Trades against a stretched price while the market has no trend, and leaves when the price is back near its mean. */
export const meanReversion: Strategy = strategy({
  name: 'mean-reversion',
  reads: { quotes },
  params: {
    window: 20,
    enter: 2,
    leave: 0.5,
    barMs: 60_000,
    strength: 14,
    adxMax: 25,
    oversold: 45,
    riskPct: 0.5,
    stopBps: 20,
  },
  graph: ({ quotes }, { window, enter, leave, barMs, strength, adxMax, oversold, riskPct, stopBps }) =>
    quotes.pipe(
      conflate({ withinMs: 10 }),
      mid(),
      together(
        price => ({
          price,
          z: price.pipe(zScore({ length: window })),
          adx: price.pipe(timeBars({ spanMs: barMs }), adx({ length: strength })),
          rsi: price.pipe(timeBars({ spanMs: barMs }), close(), rsi({ length: strength })),
        }),
        { on: 'z' },
      ),
      reversion({ enter, leave, adxMax, oversold }),
      riskSize({ pct: riskPct, stopBps }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
