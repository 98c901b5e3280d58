import { describe, expect, it } from 'vitest'
import { instrumentFor } from '../../engine/market/definitions.ts'
import { quote } from '../../engine/market/quote.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { legStep } from './leg.ts'

const quotes = [quote({ at: 1, bid: 1, ask: 2 }), quote({ at: 2, bid: 3, ask: 4 })]

describe('leg', () => {
  it('says whose price it is', () => {
    expect(run(legStep(), quotes, { instruments: [instrumentFor('GBPUSD')] })).toEqual([
      { at: 1, instrument: 'GBPUSD', price: 1.5 },
      { at: 2, instrument: 'GBPUSD', price: 3.5 },
    ])
  })

  it('says nothing before it knows', () => {
    expect(run(legStep(), quotes)).toEqual([])
  })
})
