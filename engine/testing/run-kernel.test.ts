import { describe, expect, it } from 'vitest'
import type { Expander, Kernel } from '../flow/kernel.ts'
import { run, runAt } from './run-kernel.ts'

const difference: Kernel<{ last: number }, number, number> = {
  name: 'difference',
  warmup: 2,
  init: () => ({ last: NaN }),
  step(state, input) {
    const change = input - state.last
    state.last = input
    return change
  },
}

/** Answers into one record that it keeps, as kernels may. */
const running: Kernel<{ sum: number }, { at: number; size: number }, { sum: number }> = {
  name: 'running',
  warmup: 1,
  init: () => ({ sum: 0 }),
  step(state, input) {
    state.sum += input.size
    return state.sum > 1 ? state : undefined
  },
}

/** Emits what it holds when more than 10 us have passed. */
const patience: Expander<{ held: number[]; since: number }, { at: number; id: number }, number> = {
  name: 'patience',
  warmup: 1,
  init: () => ({ held: [], since: 0 }),
  step(state, input, _emit) {
    state.held.push(input.id)
    state.since = input.at
  },
  tick(state, now, emit) {
    if (now - state.since > 10) for (const id of state.held.splice(0)) emit(id)
  },
}

describe('run', () => {
  it('returns the values of a numeric kernel and leaves NaN out', () => {
    expect(run(difference, [1, 3, 6])).toEqual([2, 3])
  })

  it('copies records that the kernel fills anew, and leaves undefined out', () => {
    const inputs = [1, 2, 3].map((size, i) => ({ at: i, size }))
    expect(run(running, inputs)).toEqual([{ sum: 3 }, { sum: 6 }])
  })

  it('moves time on by the records before it steps them', () => {
    const inputs = [
      { at: 0, id: 7 },
      { at: 5, id: 8 },
      { at: 20, id: 9 },
    ]
    expect(run(patience, inputs)).toEqual([7, 8])
  })
})

describe('runAt', () => {
  it('takes an entry without an input as a clock record', () => {
    expect(runAt(patience, [[0, { at: 0, id: 7 }], [9], [11]])).toEqual([7])
  })
})
