import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { crossedQuoteFilterStep } from './crossed-quote-filter.ts'

describe('crossedQuoteFilter', () => {
  it('stops crossed quotes, and locked ones where it is told to', () => {
    const quotes = [
      { bid: 5, ask: 5.00001 },
      { bid: 5, ask: 5 },
      { bid: 5.00001, ask: 5 },
    ]
    expect(run(crossedQuoteFilterStep<(typeof quotes)[number]>({ locked: true }), quotes)).toEqual(quotes.slice(0, 2))
    expect(run(crossedQuoteFilterStep<(typeof quotes)[number]>({ locked: false }), quotes)).toEqual(quotes.slice(0, 1))
  })
})
