import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { dojiStep } from './doji.ts'

describe('doji', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('doji(0.1)', run(dojiStep({ maxChangePercent: 0.1 }), bars))).toBeLessThan(1e-15)
  })

  it('finds one in each bar of a flat market, whatever the size', () => {
    expect(run(dojiStep({ maxChangePercent: 0 }), [{ open: 0.1, close: 0.1 }])).toEqual([1])
  })

  it('refuses a size below nothing', () => {
    expect(() => dojiStep({ maxChangePercent: -1 })).toThrow('0 or more, found -1')
  })
})
