import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { closeStep } from './close.ts'

describe('close', () => {
  it('is the last price of each bar', () => {
    expect(run(closeStep(), [{ close: 5 }, { close: 4 }])).toEqual([5, 4])
  })
})
