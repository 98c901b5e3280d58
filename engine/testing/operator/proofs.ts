import { expect } from 'vitest'
import { type AnyKernel, type Expander, isExpander, type Kernel } from '../../flow/kernel.ts'
import { lift } from '../../flow/lift.ts'
import { peek, peekAt } from '../../flow/peek.ts'
import { expectNear, fieldsOf } from './near.ts'
import { alone, type Output, outputsOf } from './running.ts'
import { type Arrival, inputsOf, type Row, type Subject, TAPE, tapeOf } from './tape.ts'
import { retold, type Unit } from './unit.ts'

/** Inputs that are compared behind the one from which on values must agree. */
const COMPARED = 20

/**
 * What stood before the history must not show: to the last digits where nothing is declared, and hardly once a
 * recursive operator has settled. Let off are what an operator heard (fills, accounts), since it counts whenever it
 * came, and the bar in which the history began.
 */
export const expectNoPast = (subject: Subject): void => {
  const { settle, warmup, hears = [] } = subject.operator.kernel
  if (settle === Infinity || hears.length > 0) return
  const tail = tapeOf(subject, { seed: 7, count: (settle ?? warmup) + COMPARED })
  const begin = tail[0]!.record.at
  const from = inputsOf(tail)[(settle ?? warmup) - 1]!.record.at
  const isSettled = ({ at, value }: Output): boolean => at >= from && !(startOf(value) < begin)
  const settled = (head: readonly Arrival[]): readonly unknown[] =>
    outputsOf(alone(subject), [...head, ...tail]).filter(isSettled)
  for (const seed of [8, 9, 10]) {
    const head = anHourBefore(tapeOf(subject, { seed, count: 41 + seed }))
    expectNear(settled(head), settled([]), settle === undefined ? 1e-12 : 1e-9)
  }
}

const startOf = (value: unknown): number => Number((value as { readonly start?: unknown }).start)

const anHourBefore = (tape: readonly Arrival[]): Arrival[] =>
  tape.map(arrival => {
    const { at, start } = arrival.record
    const earlier = { at: at - HOUR_US, ...(typeof start === 'number' ? { start: start - HOUR_US } : {}) }
    return { ...arrival, record: { ...arrival.record, ...earlier } as unknown as Row }
  })

const HOUR_US = 3_600_000_000

/** One price a million times too high, and all of it is gone once the window has passed, or the weights have faded. */
export const expectForgotten = (subject: Subject): void => {
  const { settle, warmup } = subject.operator.kernel
  if (settle === Infinity) return
  // The larger the mistake, the longer what is left of it shows: 10^12 moves need twice the time that one start needs.
  const behind = 2 * (settle ?? warmup) + COMPARED
  const [walk, bad] = (['walk', 'bad tick'] as const).map(regime =>
    outputsOf(alone(subject), tapeOf(subject, { seed: 15, count: 2 * behind, regime })),
  )
  const from = inputsOf(tapeOf(subject, { seed: 15, count: 2 * behind }))[2 * behind - COMPARED]!.record.at
  const after = (outputs: readonly Output[]): readonly Output[] => outputs.filter(({ at }) => at >= from)
  expectNear(after(bad!), after(walk!), 1e-9)
}

/**
 * A market that is told in another unit (cents for dollars, lots for pieces) gives the same values, in that unit: which
 * power of it, the doc comment says. The factor is a power of 2, so that no digit changes.
 */
export const expectSameInAnyUnit = (subject: Subject): void => {
  const { unit, operator } = subject
  if (unit === undefined || (operator.kernel.hears ?? []).length > 0) return
  const tape = tapeOf(subject, { seed: 19, count: 3 * operator.kernel.warmup + 60 })
  const values = (cut: readonly Arrival[]): readonly unknown[] =>
    outputsOf(alone(subject), cut).map(({ value }) => value)
  for (const dimension of ['prices', 'sizes'] as const) {
    if (unit.isFixed[dimension]) continue
    const inUnit = (record: Row): Row => retold(record, dimension, FACTOR)
    const told = tape.map(arrival =>
      arrival.topic === TAPE ? { ...arrival, record: inUnit(arrival.record) } : arrival,
    )
    expectPowers(values(told), values(tape), dimension === 'prices' ? unit.power : null, dimension)
  }
}

const FACTOR = 2 ** 10

/** Each field is a power of the factor times what it was, the same one all the time. */
const expectPowers = (
  told: readonly unknown[],
  values: readonly unknown[],
  power: Unit['power'],
  dimension: string,
): void => {
  expect(told.length, `values, the ${dimension} in another unit`).toBe(values.length)
  const [found, wanted] = [told.map(fieldsOf), values.map(fieldsOf)]
  for (const name of wanted[0]?.keys() ?? []) {
    const holds = (power: number): boolean =>
      wanted.every((fields, index) => isTimes(found[index]!.get(name), fields.get(name), FACTOR ** power))
    const powers = [-2, -1, 0, 1, 2].filter(holds)
    const place = `the power of the unit of ${dimension} in ${name === '' ? 'the value' : name}`
    if (power === null) expect(powers, place).not.toEqual([])
    else expect(powers, place).toContain(power)
  }
}

const isTimes = (found: unknown, wanted: unknown, factor: number): boolean =>
  typeof wanted === 'number' && typeof found === 'number'
    ? Math.abs(found - wanted * factor) <= 1e-9 * Math.abs(found)
    : found === wanted

/** Each step is peeked at first, with another input too: a peek tells what the step then gives, and changes nothing. */
export const expectHonestPeeks = (subject: Subject, tape: readonly Arrival[]): void => {
  const others: unknown[] = []
  const kernel = subject.operator.kernel as AnyKernel
  const watched = isExpander(kernel) ? peekedExpander(kernel as never, others) : peekedKernel(kernel as never, others)
  const peeked = { ...subject, operator: lift(watched as never) } as Subject
  expect(outputsOf(alone(peeked), tape, 'plain')).toEqual(outputsOf(alone(subject), tape, 'plain'))
}

type AnyStep = Kernel<unknown, unknown, unknown>

const peekedKernel = (kernel: AnyStep, others: unknown[]): AnyStep => ({
  ...kernel,
  step(state, input) {
    for (const other of others) peek(kernel, state, other)
    const expected = structuredClone(peek(kernel, state, input))
    others[0] = structuredClone(input)
    const output = kernel.step(state, input)
    expect(output).toEqual(expected)
    return output
  },
})

type AnyExpander = Expander<unknown, unknown, unknown>

const peekedExpander = (kernel: AnyExpander, others: unknown[]): AnyExpander => ({
  ...kernel,
  ...(kernel.tick && {
    tick(state, now, emit) {
      const expected = peekAt(kernel, state, [now])
      const outputs: unknown[] = []
      kernel.tick!(state, now, output => {
        outputs.push(structuredClone(output))
        emit(output)
      })
      expect(outputs).toEqual(expected)
    },
  }),
  step(state, input, emit) {
    for (const other of others) peekAt(kernel, state, [undefined, other])
    const expected = peekAt(kernel, state, [undefined, input])
    others[0] = structuredClone(input)
    const outputs: unknown[] = []
    kernel.step(state, input, output => {
      outputs.push(structuredClone(output))
      emit(output)
    })
    expect(outputs).toEqual(expected)
  },
})
