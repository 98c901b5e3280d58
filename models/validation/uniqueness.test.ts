import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniqueness } from './uniqueness.ts'

describe('uniqueness', () => {
  it('counts each unit of time once: lives times weights are the time that somebody lived', () => {
    const lives = fc.array(fc.record({ after: fc.nat({ max: 5 }), life: fc.nat({ max: 20 }) }), { maxLength: 40 })
    fc.assert(
      fc.property(lives, rows => {
        let now = 0
        const spans = rows.map(({ after, life }) => {
          now += after
          return { from: now, until: now + life }
        })
        const weights = uniqueness({ from: spans.map(({ from }) => from), until: spans.map(({ until }) => until) })
        // Whole units of time: of each label, one part in as many as live in it.
        const alive = (time: number): number => spans.filter(({ from, until }) => from <= time && time < until).length
        for (const [row, { from, until }] of spans.entries()) {
          let shares = 0
          for (let time = from; time < until; time++) shares += 1 / alive(time)
          expect(weights[row]).toBeCloseTo(until === from ? 1 : shares / (until - from), 12)
        }
        const covered = Array.from({ length: 400 }, (_, time) => (alive(time) > 0 ? 1 : 0))
        const lived = spans.reduce((sum, { from, until }, row) => sum + (until - from) * weights[row]!, 0)
        expect(lived).toBeCloseTo(
          covered.reduce<number>((sum, one) => sum + one, 0),
          9,
        )
      }),
      { seed: 9, numRuns: 200 },
    )
  })

  it('a label that is alone has the weight 1', () => {
    expect([...uniqueness({ from: [0, 5, 9], until: [5, 9, 10] })]).toEqual([1, 1, 1])
  })

  it('labels of ten bars, one a bar, are worth a tenth each', () => {
    const from = Array.from({ length: 100 }, (_, bar) => bar)
    const weights = uniqueness({ from, until: from.map(bar => bar + 10) })
    expect(weights[50]).toBeCloseTo(0.1, 12)
  })
})
