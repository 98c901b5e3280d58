import { describe, expect, it } from 'vitest'
import { quote } from '../../engine/market/quote.ts'
import { run, runAt } from '../../engine/testing/run-kernel.ts'
import { debounceStep } from './debounce.ts'

const at = (ms: number) => quote({ at: ms * 1000, bid: 1, ask: 1.5, bidSize: ms, askSize: 2 })
const quiet = debounceStep({ quietMs: 10 })

describe('debounce', () => {
  it('lets the last quote of each burst pass, as it was', () => {
    expect(run(quiet, [at(0), at(9), at(18), at(28), at(100)])).toEqual([at(18), at(28)])
  })

  it('lets nothing pass while the market does not rest', () => {
    expect(
      run(
        quiet,
        Array.from({ length: 100 }, (_, i) => at(i * 9)),
      ),
    ).toEqual([])
  })

  it('lets a quote pass when time goes by, once', () => {
    expect(runAt(quiet, [[0, at(0)], [9_999], [10_000], [20_000]])).toEqual([at(0)])
  })

  it('refuses a span that is not positive', () => {
    for (const quietMs of [0, -1, Number.NaN]) expect(() => debounceStep({ quietMs })).toThrow(`found ${quietMs}`)
  })
})
