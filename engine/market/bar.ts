import { type Check, checkAs } from './check.ts'
import { type Micros, micros } from './units.ts'

const check: Check = checkAs('MARKET_BAR')

/** What one span of time traded at. Spans are half open: [start, at). */
export interface Bar {
  /** The end of the span. */
  readonly at: Micros
  readonly start: Micros
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Sum of sizes, 0 when the input carries none. */
  readonly volume: number
  /** Inputs that made the bar. */
  readonly count: number
}

/** Fails: Reject MARKET_BAR. */
export function bar(fields: { readonly [name in keyof Bar]: number }): Bar {
  const { open, high, low, close, volume, count } = fields
  const at = micros(fields.at)
  const start = micros(fields.start)
  check(start < at, 'start', start, `a time before the end ${at}, us`)
  check(low > 0, 'low', low, 'a price above 0, quote currency')
  check(high < Infinity && high >= low, 'high', high, `a price of at least the low ${low}`)
  check(open >= low && open <= high, 'open', open, `a price from ${low} to ${high}`)
  check(close >= low && close <= high, 'close', close, `a price from ${low} to ${high}`)
  check(volume >= 0 && volume < Infinity, 'volume', volume, 'a size of 0 or more, base units')
  check(Number.isSafeInteger(count) && count >= 0, 'count', count, 'an integer of 0 or more, inputs')
  return { at, start, open, high, low, close, volume, count }
}
