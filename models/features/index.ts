import type { FeatureSet } from './feature-set.ts'
import { gaps } from './gaps.ts'
import { market, marketPrices } from './market.ts'
import { marketOriginal } from './market-original.ts'
import { oracle } from './oracle.ts'

/** Every feature set by its name. */
export const featureSets: Readonly<Record<string, FeatureSet>> = {
  ...{ gaps, market, oracle },
  'market-original': marketOriginal,
  'market-prices': marketPrices,
}
