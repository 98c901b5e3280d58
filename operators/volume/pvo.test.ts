import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { pvoStep } from './pvo.ts'

describe('pvo', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('pvo(5, 9, 4)', run(pvoStep({ fast: 5, slow: 9, signal: 4 }), bars))).toBeLessThan(1e-13)
  })

  it('is 0 where volume does not change, and silent where nothing is traded', () => {
    const pvo = (volume: number) => run(pvoStep({ fast: 1, slow: 2, signal: 1 }), [{ volume }, { volume }, { volume }])
    const still = { pvo: 0, signal: 0, histogram: 0 }
    expect(pvo(7)).toEqual([still, still])
    expect(pvo(0)).toEqual([])
  })
})
