import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from './http.ts'
import { settle } from './settle.ts'

/** Settles lines of which some are bad, with a server that takes or refuses a request as a whole. */
const settled = async (lines: number, bad: ReadonlySet<number>, names: 'first' | 'none' | 'wrong' | 'beyond') => {
  const stored: number[] = []
  const refused: number[] = []
  let requests = 0
  const send = async (from: number, to: number): Promise<Exclude<Answer, { type: 'failed' }>> => {
    requests += 1
    expect(to).toBeGreaterThan(from)
    const all = Array.from({ length: to - from }, (_, i) => from + i)
    const first = all.find(line => bad.has(line))
    if (first === undefined) {
      stored.push(...all)
      return { type: 'stored' }
    }
    const line = { first: first - from, none: null, wrong: (to - from) >> 1, beyond: to - from + 3 }[names]
    return { type: 'refused', line, reason: `line ${first}` }
  }
  await settle(lines, send, line => refused.push(line))
  return { stored, refused, requests }
}

const lines = fc.record({
  count: fc.integer({ min: 1, max: 300 }),
  bad: fc.array(fc.integer({ min: 0, max: 299 }), { maxLength: 20 }),
})

test.each(['first', 'none', 'beyond'] as const)('good lines are stored, bad ones refused: the server names %s', names =>
  fc.assert(
    fc.asyncProperty(lines, async ({ count, bad }) => {
      const isBad = new Set(bad.filter(line => line < count))
      const { stored, refused } = await settled(count, isBad, names)
      expect(refused).toEqual([...isBad].sort((a, b) => a - b))
      expect(stored).toEqual(Array.from({ length: count }, (_, i) => i).filter(line => !isBad.has(line)))
    }),
    { seed: 1, numRuns: 200 },
  ),
)

test('a batch with many bad lines is not sent over and over', async () => {
  const bad = new Set(Array.from({ length: 200 }, (_, i) => i * 100 + 37))
  expect((await settled(20_000, bad, 'first')).requests).toBeLessThanOrEqual(3 * bad.size)
  expect((await settled(20_000, new Set([12_345]), 'none')).requests).toBeLessThan(3 * Math.log2(20_000))
})
