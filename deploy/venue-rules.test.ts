import { describe, expect, it } from 'vitest'
import { venueRulesOf, venueTextsOf } from './venue-rules.ts'

describe('--venue', () => {
  it('says how the paper venue fills, and is said again', () => {
    const texts = ['fillsFrom=bars', 'barPath=high', 'queue=yes', 'fillsBySize=no', 'slippageTicks=2']
    const rules = venueRulesOf(texts)
    expect(rules).toEqual({ fillsFrom: 'bars', barPath: 'high', queue: true, fillsBySize: false, slippageTicks: 2 })
    expect(venueTextsOf(rules)).toEqual(texts)
    expect(venueRulesOf([])).toBeUndefined()
  })

  it.each([
    ['fillFrom=bars', "--venue has no rule 'fillFrom' (did you mean"],
    ['queue', "--venue queue is one of no, yes, found ''"],
    ['fillsFrom=books', "--venue fillsFrom is one of quotes, trades, bars, found 'books'"],
    ['depthTicks=-1', "--venue depthTicks is whole ticks of 0 or more, found '-1'"],
    ['toString=1', "--venue has no rule 'toString'"],
  ])('%s is refused', (text, message) => {
    expect(() => venueRulesOf([text])).toThrow(message)
  })
})
