import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { closeOpenSpreadStep } from './close-open-spread.ts'

describe('closeOpenSpread', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('closeOpenSpread', run(closeOpenSpreadStep(), bars))).toBeLessThan(1e-12)
  })
})
