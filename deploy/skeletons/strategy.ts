import { type Strategy, strategy } from '../../engine/flow/pipeline.ts'
import { together } from '../../engine/flow/together.ts'
import { quotes } from '../../engine/market/topics.ts'
import { crossover, ema, fixedSize, marketOrder, mid } from '../../operators/index.ts'

/** Goes with the quotes: long while their fast mean is above the slow one, short while it is below. */
export const skeleton: Strategy = strategy({
  name: 'skeleton',
  reads: { quotes },
  params: { fast: 50, slow: 200, lots: 1 },
  graph: ({ quotes }, { fast, slow, lots }) =>
    quotes.pipe(
      mid(),
      together(price => ({ fast: price.pipe(ema({ length: fast })), slow: price.pipe(ema({ length: slow })), price }), {
        on: 'slow',
      }),
      crossover(),
      fixedSize({ lots }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
