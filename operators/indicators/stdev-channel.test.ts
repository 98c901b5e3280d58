import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { stdevChannelStep } from './stdev-channel.ts'

describe('stdevChannel', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('stdevChannel(5, 2)', run(stdevChannelStep({ length: 5, deviations: 2 }), closes))).toBeLessThan(
      1e-13,
    )
  })

  it('is a line on a flat market', () => {
    const flat = run(stdevChannelStep({ length: 2, deviations: 2 }), [0.1, 0.1])
    expect(flat).toEqual([{ lower: 0.1, middle: 0.1, upper: 0.1 }])
  })

  it('refuses a window of one, and sides on the line', () => {
    expect(() => stdevChannelStep({ length: 1, deviations: 2 })).toThrow('at least 2, found 1')
    expect(() => stdevChannelStep({ length: 2, deviations: 0 })).toThrow('above 0, found 0')
  })
})
