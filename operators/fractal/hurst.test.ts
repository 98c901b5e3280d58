import { describe, expect, it } from 'vitest'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { closes, errorOf, inputsOf } from '../golden.ts'
import { hurstStep } from './hurst.ts'

describe('hurst', () => {
  it('gives the values of an independent computation', () => {
    expect(errorOf('hurst(37)', run(hurstStep({ length: 37 }), closes))).toBeLessThan(1e-12)
  })

  it('takes simple returns where it is told to', () => {
    const values = run(hurstStep({ length: 37, returns: 'simple' }), closes)
    expect(errorOf('hurst(37, simple)', values)).toBeLessThan(1e-12)
  })

  it('cuts the window into as many pieces as it says, and leaves out the rest', () => {
    expect(errorOf('hurst(140)', run(hurstStep({ length: 140 }), inputsOf('hurst inputs')))).toBeLessThan(1e-12)
  })

  it('gives a value per `every` inputs, the same as with each', () => {
    const all = run(hurstStep({ length: 20 }), closes.slice(0, 40))
    expect(all).toHaveLength(20)
    expect(run(hurstStep({ length: 20, every: 7 }), closes.slice(0, 40))).toEqual([all[0], all[7], all[14]])
  })

  it('is 0.5 on random walks in the mean, once corrected', () => {
    const chance = chanceOf(7)
    const values = run(hurstStep({ length: 256, every: 256 }), walk(chance, 51_201))
    expect(values).toHaveLength(200)
    expect(meanOf(values.map(({ corrected }) => corrected))).toBeCloseTo(0.5, 1)
    expect(meanOf(values.map(({ raw }) => raw))).toBeGreaterThan(0.55)
  })

  it('is silent while a piece of the window is flat', () => {
    expect(
      run(
        hurstStep({ length: 20 }),
        Array.from({ length: 25 }, (_, i) => (i < 15 ? 1 : 1 + i)),
      ),
    ).toEqual([])
  })

  it('refuses lengths that are no whole numbers of inputs, or too short', () => {
    for (const length of [19, 20.5]) expect(() => hurstStep({ length })).toThrow(`at least 20, found ${length}`)
    expect(() => hurstStep({ length: 20, every: 0 })).toThrow('every is an integer of at least 1, found 0')
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
