import { describe, expect, it } from 'vitest'
import { type AnyKernel, type Expander, isExpander } from '../flow/kernel.ts'
import { lift } from '../flow/lift.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import { encodeState } from '../flow/state.ts'
import { chanceOf, regimes } from './operator/market.ts'
import { expectForgotten, expectHonestPeeks, expectNoPast, expectSameInAnyUnit } from './operator/proofs.ts'
import { alone, blockOf, movingOutputsOf, outputsOf, running, rxValuesOf } from './operator/running.ts'
import { type Arrival, inputsOf, type Subject, tapeOf } from './operator/tape.ts'

/**
 * What every operator must do; called for each of them, found through the index.
 *
 * @example
 * operatorContract('ema', { operator: ema({ length: 3 }), sample: 1 })
 */
export const operatorContract = (name: string, subject: Subject): void => {
  describe(`operator contract: ${name}`, () => {
    for (const [sentence, check] of Object.entries(operatorChecks)) it(sentence, () => check(subject))
  })
}

type Check = (subject: Subject) => void

/** Each says in one sentence what must hold. */
export const operatorChecks: Readonly<Record<string, Check>> = {
  'fused, plain and RxJS give the same values in every market': subject => {
    for (const regime of regimes) {
      const tape = tapeOf(subject, { seed: 1, count: countOf(subject), regime })
      const fused = outputsOf(alone(subject), tape, 'fused')
      expect(outputsOf(alone(subject), tape, 'plain'), regime).toEqual(fused)
      const deaf = inputsOf(tape)
      const values = outputsOf(alone(subject), deaf).map(({ value }) => value)
      expect(rxValuesOf(subject, tape), regime).toEqual(values)
    }
  },

  'a block driven in pieces gives what its rows give one by one': subject => {
    const inputs = inputsOf(tapeOf(subject, { seed: 2, count: countOf(subject) }))
    for (const piece of [1, 7, inputs.length]) {
      const run = running(alone(subject), 'fused')
      const block = blockOf(subject, inputs)
      for (let at = 0; at < inputs.length; at += piece) run.graph.drive(block, at, Math.min(at + piece, inputs.length))
      expect(run.outputs, `in pieces of ${piece}`).toEqual(outputsOf(alone(subject), inputs))
    }
  },

  'saved and restored at every cut, it goes on as if nothing had happened': subject => {
    for (const regime of regimes) {
      const tape = tapeOf(subject, { seed: 3, count: countOf(subject), regime })
      expect(movingOutputsOf(alone(subject), tape), regime).toEqual(outputsOf(alone(subject), tape))
    }
  },

  'two keys do not touch': subject => {
    const one = tapeOf(subject, { seed: 4, count: countOf(subject) }, 'A')
    const other = tapeOf(subject, { seed: 5, count: countOf(subject) }, 'B')
    const both = [...one, ...other].sort((a, b) => a.record.at - b.record.at)
    // Clock records reach every key, so each key alone hears those of both.
    const heardBy = (key: string): Arrival[] => both.filter(arrival => arrival.key === key || arrival.key === '*')
    for (const key of ['A', 'B']) {
      const apart = outputsOf(alone(subject), heardBy(key))
      const outputs = outputsOf(alone(subject), both)
      expect(outputs.filter(output => output.key === key)).toEqual(apart)
    }
  },

  'the same tape gives the same bytes': subject => {
    const tape = tapeOf(subject, { seed: 6, count: countOf(subject) })
    const bytes = (): string => {
      const run = running(alone(subject), 'fused')
      for (const arrival of tape) run.feed(arrival)
      return Buffer.from(encodeState([run.outputs, run.graph.snapshot()])).toString('hex')
    }
    expect(bytes()).toBe(bytes())
  },

  'the announced warm-up is true': subject => {
    const { warmup } = subject.operator.kernel
    const firsts = Array.from({ length: 40 }, (_, seed) => {
      const tape = tapeOf(subject, { seed, count: 2 * warmup + 20 })
      const run = running(alone(subject), 'fused')
      const end = tape.findIndex(arrival => {
        run.feed(arrival)
        return run.outputs.length > 0
      })
      return end < 0 ? Infinity : inputsOf(tape.slice(0, end + 1)).length
    })
    const first = Math.min(...firsts)
    // What the passing of time releases comes with the next input, at the latest.
    const latest = isExpander(subject.operator.kernel as AnyKernel) ? warmup + 1 : warmup
    expect(first).toBeGreaterThanOrEqual(warmup)
    expect(first).toBeLessThanOrEqual(latest)
  },

  'where the history began does not show': expectNoPast,

  'inputs are left as they were, and not kept': subject => {
    const tape = tapeOf(subject, { seed: 11, count: countOf(subject) })
    const frozen = tape.map(arrival => ({ ...arrival, record: Object.freeze({ ...arrival.record }) }))
    expect(outputsOf(alone(subject), frozen)).toEqual(outputsOf(alone(subject), tape))

    const run = running(alone(subject), 'fused')
    for (const arrival of tape) {
      const lent: Record<string, unknown> = { ...arrival.record }
      run.feed({ ...arrival, record: lent as never })
      for (const name of Object.keys(lent)) lent[name] = typeof lent[name] === 'number' ? Number.NaN : 'gone'
    }
    expect(run.outputs).toEqual(outputsOf(alone(subject), tape))
  },

  'the future cannot change the past': subject => {
    const tape = tapeOf(subject, { seed: 12, count: countOf(subject) })
    expectPrefixes(cut => outputsOf(alone(subject), cut), tape)
  },

  'time does not fall behind it': subject => {
    const tape = tapeOf(subject, { seed: 18, count: 5 * countOf(subject) })
    for (const mode of ['fused', 'plain'] as const)
      expect(outputsOf(watched(subject), tape, mode).map(({ value }) => value)).toEqual([])
  },

  'no value is a hole': subject => {
    for (const regime of regimes) {
      const tape = tapeOf(subject, { seed: 13, count: countOf(subject), regime })
      for (const { value } of outputsOf(alone(subject), tape)) expect(holesIn(value), regime).toEqual([])
    }
  },

  'nothing in, nothing out; one in, no failure': subject => {
    expect(outputsOf(alone(subject), [])).toEqual([])
    expect(rxValuesOf(subject, [])).toEqual([])
    const one = tapeOf(subject, { seed: 14, count: 1 })
    expect(outputsOf(alone(subject), one, 'plain')).toEqual(outputsOf(alone(subject), one, 'fused'))
  },

  'a bad tick is forgotten': expectForgotten,

  'prices and sizes may be told in another unit': expectSameInAnyUnit,

  'a peek gives what the step then gives, and leaves no trace': subject => {
    for (const regime of ['walk', 'flat'] as const)
      expectHonestPeeks(subject, tapeOf(subject, { seed: 20, count: countOf(subject), regime }))
  },

  'the state stays in its bound': subject => {
    const count = Math.max(500, 4 * countOf(subject))
    const sizes = [count, 4 * count].map(length => {
      const run = running(alone(subject), 'fused')
      for (const arrival of tapeOf(subject, { seed: 16, count: length })) run.feed(arrival)
      return encodeState(run.graph.snapshot()).length
    })
    expect(sizes[1]).toBeLessThanOrEqual(sizes[0]! * 1.1)
  },

  'the counters count what went in and what came out': subject => {
    const tape = tapeOf(subject, { seed: 17, count: countOf(subject) })
    const run = running(alone(subject), 'fused')
    for (const arrival of tape) run.feed(arrival)
    expect(run.graph.counts().at(-1)).toMatchObject({ in: inputsOf(tape).length, out: run.outputs.length })
  },
}

/** Long enough that something comes out, short enough for all operators. */
const countOf = ({ operator }: Subject): number => 3 * operator.kernel.warmup + 60

/** The operator with one behind it that gives out how far time has fallen. */
const watched = (subject: Subject): Pipeline => {
  const pipeline = alone(subject)
  const watch: Expander<{ now: number }, unknown, number> = {
    name: 'contract-watch',
    warmup: 1,
    init: () => ({ now: -Infinity }),
    tick(state, now, emit) {
      if (now < state.now) emit(state.now - now)
      state.now = now
    },
    step: () => undefined,
  }
  return { ...pipeline, out: pipeline.out.pipe(lift(watch)) }
}

/** Running on [0, t) gives a prefix of running on [0, T), for 20 random t. For strategies too. */
export const expectPrefixes = (
  run: (tape: readonly Arrival[]) => readonly unknown[],
  tape: readonly Arrival[],
): void => {
  const whole = run(tape)
  const chance = chanceOf(tape.length)
  for (let i = 0; i < 20; i++) {
    const { at } = tape[Math.floor(chance() * tape.length)]!.record
    const part = run(tape.filter(({ record }) => record.at < at))
    expect(part, `up to ${at}`).toEqual(whole.slice(0, part.length))
  }
}

/** Where a value has NaN, an infinity or undefined in it. */
export const holesIn = (value: unknown, path = 'value'): string[] => {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return [`${path} is ${value}`]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => holesIn(inner, `${path}.${name}`))
}
