import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { quotes } from '../engine/market/topics.ts'
import { close, crossover, ema, fixedSize, marketOrder, mid, timeBars } from '../operators/index.ts'

/** Goes with the market: long while the fast average of the bars is above the slow one, short while it is below. */
export const emaCross: Strategy = strategy({
  name: 'ema-cross',
  reads: { quotes },
  params: { barMs: 60_000, fast: 12, slow: 26, lots: 10 },
  graph: ({ quotes }, { barMs, fast, slow, lots }) =>
    quotes.pipe(
      mid(),
      timeBars({ spanMs: barMs }),
      close(),
      together(price => ({ price, fast: price.pipe(ema({ length: fast })), slow: price.pipe(ema({ length: slow })) }), {
        on: 'slow',
      }),
      crossover(),
      fixedSize({ lots }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
