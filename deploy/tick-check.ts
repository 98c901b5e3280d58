import type { Block } from '../engine/log/block.ts'
import { isOnTick, type Terms, termsOf } from '../engine/market/decimal.ts'
import type { Instrument } from '../engine/market/instrument.ts'

/** Counts rows with a price between two ticks: then the definition is that of another instrument, or too coarse. */
export interface TickCheck {
  look(block: Block): void
  off(): number
}

/** Fails  as the definition of a key does */
export const tickCheck = (define: (key: string) => Instrument): TickCheck => {
  const known = new Map<string, Terms>()
  let off = 0
  const termsFor = (key: string): Terms => {
    const terms = known.get(key) ?? termsOf(define(key))
    known.set(key, terms)
    return terms
  }
  return {
    look({ count, key, keys, columns }) {
      const prices = PRICES.flatMap(name => (columns[name] instanceof Float64Array ? [columns[name]] : []))
      if (prices.length === 0) return
      const terms = keys.map(termsFor)
      for (let row = 0; row < count; row++) {
        const of = terms[key[row]!]!
        // The one row of a book without levels has 0 there, which is on every grid.
        for (const column of prices) {
          if (isOnTick(column[row]!, of)) continue
          off += 1
          break
        }
      }
    },
    off: () => off,
  }
}

const PRICES = ['bid', 'ask', 'price', 'open', 'high', 'low', 'close']
