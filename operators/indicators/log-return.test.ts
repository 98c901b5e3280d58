import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { logReturnStep } from './log-return.ts'

describe('logReturn', () => {
  it('gives the values of an independent computation', () => {
    // Python's math.log.
    const golden = [0.0005995204, 0.0022948376, 0.0020906972, 0.0001988862, 0.0029785566, -0.0023821351]
    const values = run(logReturnStep(), [100.05, 100.11, 100.34, 100.55, 100.57, 100.87, 100.63])
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(golden[index]!, 9)
    expect(values.length).toBe(golden.length)
  })

  it('is 0 on a flat market', () => {
    expect(run(logReturnStep(), [5, 5, 5])).toEqual([0, 0])
  })
})
