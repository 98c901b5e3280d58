import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf } from '../golden.ts'
import { dfaStep } from './dfa.ts'

describe('dfa', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('dfa(64)', run(dfaStep({ length: 64 }), closes))).toBeLessThan(1e-12)
  })

  it('is 0.5 on random walks in the mean', () => {
    const chance = chanceOf(7)
    const values = run(dfaStep({ length: 256, every: 256 }), walk(chance, 51_201))
    expect(values).toHaveLength(200)
    expect(Math.abs(meanOf(values) - 0.5)).toBeLessThan(0.02)
  })

  it('is silent on a flat market', () => {
    expect(run(dfaStep({ length: 64 }), new Array<number>(70).fill(5))).toEqual([])
  })

  it('refuses lengths that are no whole numbers of inputs, or too short', () => {
    for (const length of [63, 64.5]) expect(() => dfaStep({ length })).toThrow(`at least 64, found ${length}`)
    expect(() => dfaStep({ length: 64, every: 0 })).toThrow('every is an integer of at least 1, found 0')
  })
})

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length

const walk = (chance: () => number, count: number): number[] => {
  let price = 1e4
  return Array.from({ length: count }, () => {
    price *= 1 + (chance() - 0.5) / 1e3
    return price
  })
}
