import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { almaStep } from './alma.ts'

describe('alma', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('alma(9, 0.85, 6)', run(almaStep({ length: 9, offset: 0.85, sigma: 6 }), closes))).toBeLessThan(
      1e-13,
    )
  })

  it('stays on a flat market', () => {
    expect(run(almaStep({ length: 3, offset: 0.85, sigma: 6 }), [0.1, 0.1, 0.1])).toEqual([0.1])
  })

  it('refuses a window of one, a top outside of the window, and a bell without width', () => {
    const options = { length: 3, offset: 0.85, sigma: 6 }
    expect(() => almaStep({ ...options, length: 1 })).toThrow('at least 2, found 1')
    expect(() => almaStep({ ...options, offset: 1.1 })).toThrow('within 0 to 1, found 1.1')
    expect(() => almaStep({ ...options, sigma: 0 })).toThrow('above 0, found 0')
  })
})
