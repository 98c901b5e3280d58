import { describe, expect, it } from 'vitest'
import type { Lots, Micros } from '../../engine/market/units.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { finalExitStep } from './final-exit.ts'

const wish = (at: number, lots: number) => ({ at: at as Micros, bid: 5, ask: 7, lots: lots as Lots })

describe('finalExit', () => {
  it('passes wishes on with their price until the moment', () => {
    expect(run(finalExitStep({ at: 10 }), [wish(8, 2), wish(9, -3)])).toEqual([
      { at: 8, bid: 5, ask: 7, lots: 2, price: 6 },
      { at: 9, bid: 5, ask: 7, lots: -3, price: 6 },
    ])
  })

  it('is flat from the moment on, whatever is wished', () => {
    const exits = run(finalExitStep({ at: 10 }), [wish(10, 2), wish(11, -2), wish(12, 0), wish(13, 2)])
    expect(exits.map(({ lots }) => lots)).toEqual([0, 0, 0, 0])
  })

  it('refuses a moment that is none', () => {
    expect(() => finalExitStep({ at: 0.5 })).toThrow('found 0.5')
  })
})
