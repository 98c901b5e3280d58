import { describe, expect, it } from 'vitest'
import type { Expander, Kernel } from '../flow/kernel.ts'
import { lift } from '../flow/lift.ts'
import { alone, outputsOf } from './operator/running.ts'
import { type Arrival, inputsOf, type Subject, tapeOf } from './operator/tape.ts'
import type { Unit } from './operator/unit.ts'
import { expectPrefixes, operatorChecks, operatorContract } from './operator-contract.ts'

interface Sum {
  count: number
  sum: number
}
const start = (): Sum => ({ count: 0, sum: 0 })

/** An operator made in a hurry. */
const made = <State, In, Out>(
  init: () => State,
  step: (state: State, input: In) => Out | undefined,
  more: Partial<Kernel<State, In, Out>> = {},
): Subject['operator'] =>
  lift<State, In, Out>({ name: 'planted', warmup: 1, init, step, ...more }) as unknown as Subject['operator']

/** Remembers an earlier run, as a module variable or a cache would. */
const remembering = () => {
  const seen: number[] = []
  return made(start, (state, input: number) => {
    seen[state.count] = input
    state.count += 1
    return seen[state.count] ?? Number.NaN
  })
}

const unknownYet = () => ({ last: Number.NaN })
const change = (state: { last: number }, input: number): number => {
  const moved = input - state.last
  state.last = input
  return moved
}
const unit: Unit = { power: 1, isFixed: { prices: false, sizes: false } }
const good: Subject = { operator: made(unknownYet, change, { warmup: 2 }), sample: 1, unit }

interface Priced {
  price: number
}

const planted: Readonly<Record<string, readonly [Subject['operator'], sample: unknown, sentence: string]>> = {
  'one that knows the run before': [remembering(), 1, 'the future cannot change the past'],
  'one that gives another answer the second time': [remembering(), 1, 'the same tape gives the same bytes'],
  'one with state of its own beside the state': [
    (() => {
      let sum = 0
      return made(start, (_state, input: number) => {
        sum += input
        return sum
      })
    })(),
    1,
    'two keys do not touch',
  ],
  'one whose state is not plain data': [
    made(
      () => ({ next: () => 1 }),
      (state, input: number) => {
        const { next } = state
        state.next = () => next() + 1
        return input * next()
      },
    ),
    1,
    'saved and restored at every cut, it goes on as if nothing had happened',
  ],
  'one that keeps its input': [
    made(
      () => ({ last: null as Priced | null }),
      (state, input: Priced) => {
        const { last } = state
        state.last = input
        return last === null ? Number.NaN : input.price - last.price
      },
      { warmup: 2 },
    ),
    { price: 1 },
    'inputs are left as they were, and not kept',
  ],
  'one that changes its input': [
    made(start, (_state, input: Priced) => {
      input.price += 1
      return input.price
    }),
    { price: 1 },
    'inputs are left as they were, and not kept',
  ],
  'one that promises its first value too early': [
    made(unknownYet, change, { warmup: 1 }),
    1,
    'the announced warm-up is true',
  ],
  'one that promises its first value too late': [
    made(unknownYet, change, { warmup: 3 }),
    1,
    'the announced warm-up is true',
  ],
  'one that settles later than it says': [
    made(
      start,
      (state, input: number) => {
        state.sum += (input - state.sum) / 50
        return state.sum
      },
      { settle: 100 },
    ),
    1,
    'where the history began does not show',
  ],
  'one that never says that it must settle': [
    made(start, (state, input: number) => {
      state.sum += (input - state.sum) / 2
      return state.sum
    }),
    1,
    'where the history began does not show',
  ],
  'one that takes small moves for none': [
    made(unknownYet, (state, input: number) => Math.max(0, Math.abs(change(state, input)) - 1e-6), { warmup: 2 }),
    1,
    'prices and sizes may be told in another unit',
  ],
  'one that counts in another unit than it says': [
    made(unknownYet, (state, input: number) => change(state, input) ** 2, { warmup: 2 }),
    1,
    'prices and sizes may be told in another unit',
  ],
  'one that remembers a peek': [
    (() => {
      let asked = 0
      return made(start, () => ++asked)
    })(),
    1,
    'a peek gives what the step then gives, and leaves no trace',
  ],
  'one that lets NaN travel in a record': [
    made(unknownYet, (state, input: number) => ({ change: change(state, input) })),
    1,
    'no value is a hole',
  ],
  'one that never forgets': [
    made(start, (state, input: number) => {
      state.count += 1
      state.sum += input
      return state.sum / state.count
    }),
    1,
    'a bad tick is forgotten',
  ],
  'one that grows': [
    made(
      () => ({ all: [] as number[] }),
      ({ all }, input: number) => all.push(input),
    ),
    1,
    'the state stays in its bound',
  ],
}

/** Gives each record out a while later, without saying that it holds one. */
const holding: Expander<{ at: number }, { readonly at: number }, { readonly at: number }> = {
  name: 'planted',
  warmup: 1,
  init: () => ({ at: Number.NaN }),
  tick(state, now, emit) {
    if (now <= state.at + 1) return
    emit({ at: state.at })
    state.at = Number.NaN
  },
  step(state, { at }) {
    state.at = at
  },
  heldSince: () => Number.NaN,
}

describe('the operator contract', () => {
  it.each(Object.entries(planted))('catches %s', (_fault, [operator, sample, sentence]) => {
    expect(() => operatorChecks[sentence]!({ operator, sample, unit })).toThrow()
  })

  it('catches one that lets time pass while it holds something back', () => {
    const operator = lift(holding) as unknown as Subject['operator']
    const sentence = 'time does not fall behind it'
    expect(() => operatorChecks[sentence]!({ operator, sample: { at: 0, price: 1 } })).toThrow()
  })

  it('catches one that looks ahead: what it says depends on the whole tape', () => {
    const tape = tapeOf(good, { seed: 1, count: 80 })
    const sharesOfMost = (cut: readonly Arrival[]): Subject => {
      const most = Math.max(...inputsOf(cut).map(({ record }) => Number(record.value)))
      return { operator: made(start, (_state, input: number) => input / most), sample: 1 }
    }
    expect(() => expectPrefixes(cut => outputsOf(alone(sharesOfMost(cut)), cut), tape)).toThrow()
    expect(() => expectPrefixes(cut => outputsOf(alone(good), cut), tape)).not.toThrow()
  })
})

operatorContract('a good one', good)
