import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { weightedCloseStep } from './weighted-close.ts'

describe('weightedClose', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('weightedClose', run(weightedCloseStep(), bars))).toBeLessThan(1e-15)
  })
})
