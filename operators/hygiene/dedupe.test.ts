import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { dedupeStep } from './dedupe.ts'

const prices = (...values: number[]): { price: number }[] => values.map(price => ({ price }))
const passed = (length: number, ...values: number[]): number[] =>
  run(dedupeStep<{ price: number }>({ by: ['price'], length }), prices(...values)).map(({ price }) => price)

describe('dedupe', () => {
  it('holds a record against the last different ones', () => {
    expect(passed(1, 5, 5, 6, 5, 5)).toEqual([5, 6, 5])
    expect(passed(2, 5, 6, 5, 6, 7, 6, 5)).toEqual([5, 6, 7, 5])
  })

  it('takes equal numbers for the same, and keeps fields apart', () => {
    const pairs = [
      { a: 1, b: 23, c: 'x' },
      { a: 12, b: 3, c: 'x' },
      { a: 1, b: 23, c: 'y' },
    ]
    expect(run(dedupeStep<(typeof pairs)[number]>({ by: ['a', 'b'], length: 9 }), pairs)).toEqual(pairs.slice(0, 2))
    expect(passed(9, 0.1 + 0.2, 0.3, -0, 0)).toEqual([0.1 + 0.2, 0.3, -0])
  })

  it('knows what a list of the last ones knows', () => {
    const chance = chanceOf(5)
    for (const length of [1, 2, 7, 64]) {
      const values = Array.from({ length: 3000 }, () => Math.floor(chance() * 1.5 * length) / 10)
      const known: number[] = []
      const expected = values.filter(value => {
        if (known.includes(value)) return false
        known.push(value)
        if (known.length > length) known.shift()
        return true
      })
      expect(passed(length, ...values)).toEqual(expected)
    }
  })

  it('refuses to compare nothing, or with nothing', () => {
    expect(() => dedupeStep({ by: [], length: 1 })).toThrow('by names at least one field, found none')
    for (const length of [0, 2.5, Number.NaN])
      expect(() => dedupeStep<{ a: number }>({ by: ['a'], length })).toThrow(`at least 1, found ${length}`)
  })
})
