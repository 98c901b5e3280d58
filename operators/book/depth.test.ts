import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { errorOf, inputsOf } from '../golden.ts'
import type { LevelRow } from '../ladder.ts'
import { depthStep } from './depth.ts'

describe('depth', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('depth(3)', run(depthStep({ levels: 3 }), inputsOf<LevelRow>('bookRows')))).toBeLessThan(1e-12)
  })

  it('is 0 for an empty book', () => {
    const rows: LevelRow[] = [{ side: 'none', price: 0, size: 0, isFinal: 1 }]
    expect(run(depthStep({ levels: 1 }), rows)).toEqual([{ bid: 0, ask: 0 }])
  })

  it('refuses a number of levels that is none', () => {
    expect(() => depthStep({ levels: 0 })).toThrow('levels is an integer of at least 1, found 0')
  })
})
