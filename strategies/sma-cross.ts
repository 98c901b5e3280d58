import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { quotes } from '../engine/market/topics.ts'
import { close, crossover, fixedSize, marketOrder, mid, sma, timeBars } from '../operators/index.ts'

/** The oldest rule there is: long from where the short plain average of the bars crosses the long one, short below. */
export const smaCross: Strategy = strategy({
  name: 'sma-cross',
  reads: { quotes },
  params: { barMs: 60_000, fast: 5, slow: 20, lots: 10 },
  graph: ({ quotes }, { barMs, fast, slow, lots }) =>
    quotes.pipe(
      mid(),
      timeBars({ spanMs: barMs }),
      close(),
      together(price => ({ price, fast: price.pipe(sma({ length: fast })), slow: price.pipe(sma({ length: slow })) }), {
        on: 'slow',
      }),
      crossover(),
      fixedSize({ lots }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
