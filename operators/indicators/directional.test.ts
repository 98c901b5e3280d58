import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { adxStep } from './adx.ts'
import { directionalStep } from './directional.ts'

describe('directional', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('directional(4)', run(directionalStep({ length: 4 }), bars))).toBeLessThan(1e-12)
  })

  it('is 0 on a market that never moved, and again when its moves are forgotten', () => {
    const flat = { high: 0.1, low: 0.1, close: 0.1 }
    const values = run(directionalStep({ length: 2 }), new Array(6).fill(flat))
    expect(values).toEqual([{ plus: 0, minus: 0, dx: 0, adx: 0, adxr: 0 }])
    const stand = new Array<typeof flat>(3_000).fill(flat)
    const last = run(directionalStep({ length: 2 }), [{ high: 4, low: 1, close: 2 }, ...stand]).at(-1)!
    expect(last).toMatchObject({ plus: 0, minus: 0, dx: 0 })
  })

  it('gives the ADX of `adx`', () => {
    const values = run(adxStep({ length: 4 }), bars).slice(4)
    for (const [i, { adx }] of run(directionalStep({ length: 4 }), bars).entries())
      expect(adx).toBeCloseTo(values[i]!, 10)
  })

  it('refuses a length that is no whole number', () => {
    for (const length of [1, 2.5, Number.NaN])
      expect(() => directionalStep({ length })).toThrow(`length is an integer of at least 2, found ${length}`)
  })
})
