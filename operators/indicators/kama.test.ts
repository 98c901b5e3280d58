import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { kamaStep } from './kama.ts'

describe('kama', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('kama(5, 2, 30)', run(kamaStep({ length: 5, fast: 2, slow: 30 }), closes))).toBeLessThan(1e-13)
  })

  it('stays on a flat market', () => {
    expect(run(kamaStep({ length: 2, fast: 2, slow: 30 }), [0.1, 0.1, 0.1, 0.1])).toEqual([0.1, 0.1, 0.1])
  })

  it('refuses lengths that are no whole numbers of inputs, and a slow one that is not the longer', () => {
    for (const length of [0, 2.5, Number.NaN])
      expect(() => kamaStep({ length, fast: 2, slow: 30 })).toThrow(`at least 1, found ${length}`)
    expect(() => kamaStep({ length: 5, fast: 2, slow: 2 })).toThrow('slow is above fast 2, found 2')
  })
})
