import { map } from '../engine/flow/map.ts'
import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { quotes } from '../engine/market/topics.ts'
import { channelBreak, close, donchian, fixedSize, marketOrder, mid, timeBars } from '../operators/index.ts'

/** Goes with a price that leaves the channel of the bars before, and leaves through the channel of fewer of them. */
export const breakout: Strategy = strategy({
  name: 'breakout',
  reads: { quotes },
  params: { barMs: 60_000, enter: 20, leave: 10, lots: 10 },
  graph: ({ quotes }, { barMs, enter, leave, lots }) =>
    quotes.pipe(
      mid(),
      timeBars({ spanMs: barMs }),
      together(
        bar => ({
          price: bar.pipe(close()),
          outer: bar.pipe(donchian({ length: enter })),
          inner: bar.pipe(donchian({ length: leave })),
        }),
        { on: 'price' },
      ),
      map('borders', ({ price, outer: { upper, lower }, inner }) => {
        return { price, upper, lower, leaveAbove: inner.upper, leaveBelow: inner.lower }
      }),
      channelBreak(),
      fixedSize({ lots }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})
