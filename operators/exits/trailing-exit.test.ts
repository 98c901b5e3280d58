import { describe, expect, it } from 'vitest'
import { wishAt } from '../../engine/testing/operator/markets-by-hand.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { trailingExitStep } from './trailing-exit.ts'

const step = trailingExitStep({ bps: 100 })
const held = (lots: number, ...bids: readonly number[]): readonly number[] =>
  run(
    step,
    bids.map(bid => wishAt(bid, lots)),
  ).map(exit => exit.lots)

describe('trailingExit', () => {
  it('leaves what was bought so far below the highest bid since', () => {
    expect(held(3, 200, 300, 297.01, 297)).toEqual([3, 3, 3, 0])
  })

  it('leaves what was sold so far above the lowest ask since', () => {
    // The lowest ask is 100; 1 % above is 101, a bid of 99.
    expect(held(-3, 198, 98, 98.99, 99)).toEqual([-3, -3, -3, 0])
  })

  it('begins with the price at which the position could be left at once', () => {
    expect(held(1, 200, 198.01, 198)).toEqual([1, 1, 0])
  })

  it('begins anew when the wish turns', () => {
    const wishes = [wishAt(300, 1), wishAt(200, 1), wishAt(200, -1), wishAt(202.01, -1), wishAt(300, 1)]
    expect(run(step, wishes).map(exit => exit.lots)).toEqual([1, 0, -1, -1, 1])
  })

  it('refuses a distance that is none', () => {
    for (const bps of [0, -1, 10_000, Number.NaN]) expect(() => trailingExitStep({ bps })).toThrow(`found ${bps}`)
  })
})
