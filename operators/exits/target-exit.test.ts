import { describe, expect, it } from 'vitest'
import { wishAt } from '../../engine/testing/operator/markets-by-hand.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { targetExitStep } from './target-exit.ts'

const step = targetExitStep({ bps: 100 })
const held = (lots: number, ...bids: readonly number[]): readonly number[] =>
  run(
    step,
    bids.map(bid => wishAt(bid, lots)),
  ).map(exit => exit.lots)

describe('targetExit', () => {
  it('leaves what was bought at the ask when the bid is so far above it', () => {
    // Bought at 200; 1 % above is 202.
    expect(held(3, 198, 201.99, 202, 190)).toEqual([3, 3, 0, 0])
  })

  it('leaves what was sold at the bid when the ask is so far below it', () => {
    // Sold at 200; 1 % below is 198, a bid of 196.
    expect(held(-3, 200, 196.01, 196, 250)).toEqual([-3, -3, 0, 0])
  })

  it('stays in a flat market, and out until the wish turns', () => {
    expect(held(1, 200, 200, 200)).toEqual([1, 1, 1])
    const wishes = [wishAt(100, 1), wishAt(200, 1), wishAt(200, 1), wishAt(200, -1)]
    expect(run(step, wishes).map(exit => exit.lots)).toEqual([1, 0, 0, -1])
  })

  it('refuses a distance that is none', () => {
    for (const bps of [0, -1, Number.NaN]) expect(() => targetExitStep({ bps })).toThrow(`found ${bps}`)
  })
})
