import { describe, expect, it } from 'vitest'
import { quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { midStep } from './mid.ts'

describe('mid', () => {
  it('is half way between bid and ask, locked and crossed quotes too', () => {
    const quotes = [
      { at: 0, bid: 1.25, ask: 1.75 },
      { at: 1, bid: 1.5, ask: 1.5 },
      { at: 2, bid: 2, ask: 1 },
    ]
    expect(run(midStep(), quotes.map(quote))).toEqual([1.5, 1.5, 1.5])
  })
})
