import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { reversionStep } from './reversion.ts'

const options = { enter: 2, leave: 0.5, adxMax: 25, oversold: 40 }
const step = reversionStep(options)
const stretch = (z: number, { adx = 10, rsi = z > 0 ? 70 : 30 } = {}) => ({ z, adx, rsi, price: 100 + z })
const directions = (...inputs: ReturnType<typeof stretch>[]) => run(step, inputs).map(({ direction }) => direction)

describe('reversion', () => {
  it('sells what is stretched upwards and leaves near the mean, with the prices of both', () => {
    expect(
      run(
        step,
        [1, 2.5, 3, 1, 0.4, 0.3].map(z => stretch(z)),
      ),
    ).toEqual([
      { direction: -1, price: 102.5 },
      { direction: 0, price: 100.4 },
    ])
  })

  it('buys what is stretched downwards', () => {
    expect(directions(stretch(-2.5), stretch(-0.6), stretch(-0.4))).toEqual([1, 0])
  })

  it('enters beyond the border only, and stays on it', () => {
    expect(directions(stretch(2), stretch(2.01), stretch(0.5), stretch(0.49))).toEqual([-1, 0])
  })

  it('does not enter while the market trends', () => {
    expect(directions(stretch(3, { adx: 25 }), stretch(-3, { adx: 60 }))).toEqual([])
  })

  it('does not enter what the strength index does not confirm', () => {
    expect(directions(stretch(3, { rsi: 60 }), stretch(-3, { rsi: 40 }))).toEqual([])
    expect(directions(stretch(3, { rsi: 60.1 }), stretch(-3, { rsi: 39.9 }))).toEqual([-1, 1])
  })

  it('stays in when the filters turn against it', () => {
    expect(directions(stretch(3), stretch(2, { adx: 90, rsi: 50 }))).toEqual([-1])
  })

  it('leaves when the price overshoots, and enters the other side only through the filters', () => {
    expect(directions(stretch(3), stretch(-3, { adx: 90 }), stretch(-3))).toEqual([-1, 0, 1])
  })

  it('says nothing on a flat market', () => {
    expect(directions(stretch(0), stretch(0))).toEqual([])
  })

  it('refuses borders in the wrong order', () => {
    expect(() => reversionStep({ ...options, leave: 2 })).toThrow('leave is at least 0 and below enter 2, found 2')
    expect(() => reversionStep({ ...options, leave: -1 })).toThrow('found -1')
    expect(() => reversionStep({ ...options, adxMax: 101 })).toThrow('adxMax is within 0 to 100, found 101')
    expect(() => reversionStep({ ...options, oversold: -1 })).toThrow('oversold is within 0 to 100, found -1')
  })
})
