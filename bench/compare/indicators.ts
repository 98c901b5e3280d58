import { ofBars } from './of-bars.ts'
import { ofPrices } from './of-prices.ts'
import type { Indicator } from './row.ts'

export const indicators: readonly Indicator[] = [...ofPrices, ...ofBars]
