import { expect, it } from 'vitest'
import type { Micros } from '../market/units.ts'
import type { Expander, Kernel } from './kernel.ts'
import { peek, peekAt } from './peek.ts'

interface Tally {
  readonly last: Float64Array
  readonly seen: Map<string, number>
  readonly deep: { rows: number[] }
}

const tally: Kernel<Tally, string, number> = {
  name: 'tally',
  warmup: 1,
  init: () => ({ last: new Float64Array(2), seen: new Map(), deep: { rows: [] } }),
  step({ last, seen, deep }, word) {
    seen.set(word, (seen.get(word) ?? 0) + 1)
    last[0] = last[0]! + 1
    deep.rows.push(seen.get(word)!)
    return last[0] * 100 + deep.rows.length * 10 + seen.get(word)!
  },
}

/** Gives out the sum of each ten microseconds. */
const sums: Expander<{ sum: number; end: number }, number, { sum: number }> = {
  name: 'sums',
  warmup: 1,
  init: () => ({ sum: 0, end: Number.NaN }),
  tick(state, now, emit) {
    if (now >= state.end) emit(state)
    if (!(now < state.end)) Object.assign(state, { sum: 0, end: now + 10 })
  },
  step(state, input) {
    state.sum += input
  },
}

it('leaves typed arrays, Maps and what lies deep in the state as they were', () => {
  const state = tally.init()
  tally.step(state, 'a')
  const before = structuredClone(state)
  expect([peek(tally, state, 'a'), peek(tally, state, 'b'), peek(tally, state, 'a')]).toEqual([222, 221, 222])
  expect(state).toEqual(before)
  expect(tally.step(state, 'a')).toBe(222)
})

it('gives what an expander would give out if it were later, and if an input came then', () => {
  const state = sums.init()
  const emit = (): void => undefined
  sums.tick!(state, 0 as Micros, emit)
  sums.step(state, 5, emit)
  expect(peekAt(sums, state, [10 as Micros])).toMatchObject([{ sum: 5 }])
  expect(peekAt(sums, state, [9 as Micros, 1])).toEqual([])
  expect(peekAt(sums, state, [undefined, 1])).toEqual([])
  expect(state).toEqual({ sum: 5, end: 10 })
})
