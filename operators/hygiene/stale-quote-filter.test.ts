import { describe, expect, it } from 'vitest'
import { type Quote, quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { staleQuoteFilterStep } from './stale-quote-filter.ts'

const at = (ms: number, bid: number, askSize = 0): Quote => quote({ at: ms * 1000, bid, ask: 9, askSize })
const passed = (...quotes: Quote[]): number[] =>
  run(staleQuoteFilterStep({ unchangedMs: 100 }), quotes).map(each => each.at / 1000)

describe('staleQuoteFilter', () => {
  it('stops a quote that is repeated for too long, until something in it changes', () => {
    expect(passed(at(0, 5), at(100, 5), at(101, 5), at(500, 5), at(501, 5, 1), at(601, 5, 1))).toEqual([
      0, 100, 501, 601,
    ])
  })

  it('stops a quote that is older than one before it, and learns nothing from it', () => {
    expect(passed(at(50, 5), at(40, 6), at(50, 5), at(150, 5), at(151, 5))).toEqual([50, 50, 150])
  })

  it('refuses a time that is not positive', () => {
    for (const unchangedMs of [0, -1, Number.NaN])
      expect(() => staleQuoteFilterStep({ unchangedMs })).toThrow(`found ${unchangedMs}`)
  })
})
