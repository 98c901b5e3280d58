import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { bars, errorOf } from '../golden.ts'
import { closeLocationStep } from './close-location.ts'

describe('closeLocation', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('closeLocation', run(closeLocationStep(), bars))).toBeLessThan(1e-12)
  })

  it('is silent for a bar without a range', () => {
    expect(run(closeLocationStep(), [{ high: 5, low: 5, close: 5 }])).toEqual([])
  })
})
