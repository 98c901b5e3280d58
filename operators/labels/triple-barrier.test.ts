import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { type TripleBarrier, type TripleBarrierOptions, tripleBarrierStep, type Wished } from './triple-barrier.ts'

type Prices = Extract<Wished, { readonly open: number }>
type Sides = Extract<Wished, { readonly bid: number }>

const options: TripleBarrierOptions = { profit: 2, stop: 1, horizonMs: 5, costBps: 10, deadBps: 100 }
const labelsOf = (inputs: readonly Wished[], changed: Partial<TripleBarrierOptions> = {}): TripleBarrier[] =>
  run(tripleBarrierStep({ ...options, ...changed }), inputs)

/** A bar of a millisecond. */
const bar = (ms: number, [open, high, low, close]: readonly number[], direction = 0): Prices =>
  ({ at: ms * 1000, start: ms * 1000 - 1000, open, high, low, close, direction, sigma: 0.01 }) as Prices
const flat = (ms: number, price: number, direction = 0): Prices => bar(ms, [price, price, price, price], direction)
const quote = (ms: number, bid: number, ask: number, direction = 0): Sides =>
  ({ at: ms * 1000, bid, ask, direction, sigma: 0.01 }) as Sides

describe('tripleBarrier', () => {
  it('takes the loss when one bar touches both barriers, and says that it does not know', () => {
    const [label] = labelsOf([flat(1, 100, 1), bar(2, [100, 103, 98, 102])])
    expect(label).toMatchObject({ barrier: -1, exit: 99, outcome: -1, ambiguous: 1 })
  })

  it('pays for a gap: a bar that opens beyond a barrier gives its open', () => {
    const bought = [flat(1, 100, 1), flat(2, 100)]
    expect(labelsOf([...bought, bar(3, [97, 103, 96, 97])])[0]).toMatchObject({ barrier: -1, exit: 97, ambiguous: 0 })
    expect(labelsOf([...bought, bar(3, [104, 104, 90, 95])])[0]).toMatchObject({ barrier: 1, exit: 104, ambiguous: 0 })
  })

  it('ends with the close of the bar that holds the end of the time, or the open of the one behind it', () => {
    const [held] = labelsOf([flat(1, 100, 1), flat(2, 100), bar(6, [100, 101, 99.5, 100.5])])
    expect(held).toMatchObject({ at: 6000, barrier: 0, exit: 100.5, outcome: 0 })
    const [behind] = labelsOf([flat(1, 100, 1), flat(2, 100), bar(9, [100.5, 103, 98, 98])], { deadBps: 0 })
    expect(behind).toMatchObject({ at: 9000, barrier: 0, exit: 100.5, outcome: 1 })
  })

  it('pays the spread of quotes: in at one side, out at the other', () => {
    const bought = labelsOf([quote(1, 99, 100, 1), quote(2, 99.5, 100), quote(3, 102, 102.5)])
    expect(bought[0]).toMatchObject({ entry: 100, barrier: 1, exit: 102 })
    const sold = labelsOf([quote(1, 99, 100, -1), quote(2, 100, 100.5), quote(3, 100.5, 101)])
    expect(sold[0]).toMatchObject({ entry: 100, barrier: -1, exit: 101 })
    expect(sold[0]!.profit).toBeCloseTo(-0.011, 12)
  })

  it('knows no event without a direction or without a volatility', () => {
    const still = [flat(1, 100), { ...flat(2, 100, 1), sigma: 0 }, { ...flat(3, 100, 1), sigma: Number.NaN }]
    expect(labelsOf([...still, flat(4, 100), flat(99, 100)])).toEqual([])
  })

  it('is what a search through the rows gives, for bars and for quotes', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), fc.boolean(), (steps, isQuoted) => {
        const inputs = marketOf(steps, isQuoted)
        const known = labelsOf(inputs).sort((a, b) => a.from - b.from)
        expect(known).toEqual(searched(inputs, options))
      }),
      { seed: 6, numRuns: 500 },
    )
  })

  it('in the mirror, profits and losses change places', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), steps => {
        const inputs = marketOf(steps, false) as Prices[]
        const mirrored = inputs.map(input => ({
          ...input,
          open: 1 / input.open,
          close: 1 / input.close,
          high: 1 / input.low,
          low: 1 / input.high,
        }))
        // Prices turned over: a profit of p is a loss of 1 - 1 / (1 + p).
        const [up, down] = [0.02, 0.01]
        const cost = { costBps: 0, deadBps: 1 }
        const one = labelsOf(inputs.map(unit), { ...cost, profit: up, stop: down })
        const other = labelsOf(mirrored.map(unit), { ...cost, profit: 1 / (1 - down) - 1, stop: 1 - 1 / (1 + up) })
        const clear = (labels: readonly TripleBarrier[]) => labels.filter(label => label.ambiguous === 0)
        const flipped = clear(other).map(({ from, barrier }) => ({ from, barrier: barrier === 0 ? 0 : -barrier }))
        expect(flipped).toEqual(clear(one).map(({ from, barrier }) => ({ from, barrier })))
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it.each([
    [{ profit: 0 }, 'tripleBarrier: profit is positive, found 0'],
    [{ horizonMs: -1 }, 'tripleBarrier: horizonMs is positive, found -1'],
    [{ costBps: -1 }, 'tripleBarrier: costBps is 0 or more, found -1'],
  ])('refuses %o', (changed, sentence) => {
    expect(() => labelsOf([], changed)).toThrow(sentence)
  })
})

/** Long trades alone, whose sigma is 1. */
const unit = (input: Prices): Prices => ({ ...input, sigma: 1, direction: Math.abs(input.direction) })

const moves = fc.record({
  ms: fc.constantFrom(1, 1, 1, 2, 7),
  gap: fc.integer({ min: -2, max: 2 }),
  move: fc.integer({ min: -8, max: 8 }),
  up: fc.integer({ min: 0, max: 6 }),
  down: fc.integer({ min: 0, max: 6 }),
  direction: fc.constantFrom(-1, 0, 1),
})
type Move = typeof moves extends fc.Arbitrary<infer T> ? T : never

/** Prices in steps of an eighth around 100: many touch a barrier exactly. */
const marketOf = (steps: readonly Move[], isQuoted: boolean): Wished[] => {
  let [ms, price] = [0, 100]
  return steps.map(step => {
    ms += step.ms
    const open = price + step.gap / 8
    price = open + step.move / 8
    if (isQuoted) return quote(ms, price, price + step.up / 16, step.direction)
    const high = Math.max(open, price) + step.up / 8
    return bar(ms, [open, high, Math.min(open, price) - step.down / 8, price], step.direction)
  })
}

/** For each event a walk through all rows behind it. */
const searched = (inputs: readonly Wished[], options: TripleBarrierOptions): TripleBarrier[] =>
  inputs.flatMap((event, index) => {
    const { direction, sigma } = event
    const first = inputs[index + 1]
    if (direction === 0 || !first) return []
    const entry = 'bid' in first ? (direction > 0 ? first.ask : first.bid) : first.open
    const target = entry * (1 + direction * options.profit * sigma)
    const stop = entry * (1 - direction * options.stop * sigma)
    const deadline = event.at + options.horizonMs * 1000
    const ended = (at: number, barrier: number, exit: number, ambiguous = 0): TripleBarrier[] => {
      const profit = direction * (exit / entry - 1) - options.costBps / 1e4
      const sign = Math.abs(profit) <= options.deadBps / 1e4 ? 0 : Math.sign(profit)
      const times = { at, from: event.at } as Pick<TripleBarrier, 'at' | 'from'>
      return [{ ...times, direction, barrier, entry, exit, profit, outcome: barrier || sign, ambiguous }]
    }
    const isBeyond = (price: number, level: number, way: number): boolean => way * (price - level) >= 0
    for (const row of inputs.slice(index + 1)) {
      const side = 'bid' in row ? (direction > 0 ? row.bid : row.ask) : 0
      const { start, open, high, low, close } =
        'bid' in row ? { start: row.at, open: side, high: side, low: side, close: side } : row
      if (start >= deadline) return ended(row.at, 0, open)
      if (isBeyond(open, stop, -direction)) return ended(row.at, -1, open)
      if (isBeyond(open, target, direction)) return ended(row.at, 1, open)
      const isLoss = isBeyond(direction > 0 ? low : high, stop, -direction)
      const isProfit = isBeyond(direction > 0 ? high : low, target, direction)
      if (isLoss) return ended(row.at, -1, stop, isProfit ? 1 : 0)
      if (isProfit) return ended(row.at, 1, target)
      if (row.at >= deadline) return ended(row.at, 0, close)
    }
    return []
  })
