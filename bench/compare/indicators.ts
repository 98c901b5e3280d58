import type { Bar } from '../../engine/market/bar.ts'
import * as hand from './hand.ts'
import { ofBars } from './of-bars.ts'
import { ofPrices } from './of-prices.ts'
import { type Indicator, row } from './row.ts'
import { nothing, ours } from './series.ts'

export const indicators: readonly Indicator[] = [...ofPrices, ...ofBars]

/** What the loop around an update costs. */
export const floors: readonly Indicator[] = [
  row('nothing, of a price', null, null, {
    millrace: ours(() => nothing((price: number) => price), 'close'),
    hand: hand.nothingOfPrices,
  }),
  row('nothing, of a bar', null, null, {
    millrace: ours(() => nothing((bar: Bar) => bar.open + bar.high + bar.low + bar.close + bar.volume), 'bar'),
    hand: hand.nothingOfBars,
  }),
]
