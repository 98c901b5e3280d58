import type { Feature } from '../features/feature-set.ts'
import type { Scaling } from './scaler.ts'

/**
 * How the features of a set are scaled: what its unit keeps within -1 and 1 stays as it is (a sine, a share, a sign, 0
 * or 1), all the others as `other`.
 *
 * @example
 * scalingsOf([{ name: 'timeSin', unit: '-1..1, UTC' }, { name: 'rsi', unit: '0..100' }], 'standard')
 * // => { timeSin: 'none', rsi: 'standard' }
 */
export const scalingsOf = (
  features: readonly Pick<Feature, 'name' | 'unit'>[],
  other: Scaling,
): Readonly<Record<string, Scaling>> =>
  Object.fromEntries(features.map(({ name, unit }) => [name, SMALL.test(unit) ? 'none' : other]))

/** Units whose numbers are all from -1 to 1. */
const SMALL = /^(-1\.\.1|0\.\.1|0 or 1|1 or -1|-1, 0 or 1)(,|$)/
