import { map } from '../engine/flow/map.ts'
import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { quotes } from '../engine/market/topics.ts'
import { fixedSize, marketOrder } from '../operators/index.ts'

/** Buys once and never sells: what every other strategy is held against. What the venue does not give it asks again. */
export const buyAndHold: Strategy = strategy({
  name: 'buy-and-hold',
  reads: { quotes },
  params: { lots: 10 },
  graph: ({ quotes }, { lots }) =>
    quotes.pipe(
      map('long', ({ ask }) => ({ direction: 1 as const, price: ask })),
      fixedSize({ lots }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
