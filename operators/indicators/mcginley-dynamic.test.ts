import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { mcginleyDynamicStep } from './mcginley-dynamic.ts'

describe('mcginleyDynamic', () => {
  it('gives the values of an independent computation', () => {
    expect(
      errorOf('mcginleyDynamic(5, 0.6)', run(mcginleyDynamicStep({ length: 5, factor: 0.6 }), closes)),
    ).toBeLessThan(1e-13)
  })

  it('goes no further than the price when it falls at once', () => {
    expect(run(mcginleyDynamicStep({ length: 10, factor: 0.6 }), [100, 40, 1])).toEqual([40, 1])
  })

  it('stays on a flat market', () => {
    expect(run(mcginleyDynamicStep({ length: 5, factor: 0.6 }), [0.1, 0.1, 0.1])).toEqual([0.1, 0.1])
  })

  it('refuses a length that is no whole number of inputs, and a share of nothing', () => {
    expect(() => mcginleyDynamicStep({ length: 0, factor: 0.6 })).toThrow('at least 1, found 0')
    expect(() => mcginleyDynamicStep({ length: 5, factor: 0 })).toThrow('above 0, found 0')
  })
})
