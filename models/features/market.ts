import { type FeatureSet, featureSet } from './feature-set.ts'
import { pattern } from './market/pattern.ts'
import { price } from './market/price.ts'
import { statistical } from './market/statistical.ts'
import { technical } from './market/technical.ts'
import { time } from './market/time.ts'
import { volatility } from './market/volatility.ts'
import { volume } from './market/volume.ts'

const spanMs = 60_000

/** What is known of a market at the end of a bar, in seven categories; no level of prices and no running total. */
export const market: FeatureSet = featureSet({
  name: 'market',
  version: 1,
  needs: 'bars',
  spanMs,
  parts: [price, technical, volume, time, volatility, statistical, pattern],
})

/** The same of a market that tells no volumes, as currencies do. */
export const marketPrices: FeatureSet = featureSet({
  name: 'market-prices',
  version: 1,
  needs: 'prices',
  spanMs,
  parts: [price, technical, time, volatility, statistical, pattern],
})
