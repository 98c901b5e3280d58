import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { simpleReturnStep } from './simple-return.ts'

describe('simpleReturn', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('simpleReturn(5)', run(simpleReturnStep({ lag: 5 }), closes))).toBeLessThan(1e-12)
  })

  it('refuses a lag that is no whole number of inputs', () => {
    for (const lag of [0, 1.5, Number.NaN]) expect(() => simpleReturnStep({ lag })).toThrow(`at least 1, found ${lag}`)
  })
})
