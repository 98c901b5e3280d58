import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AnyKernel, type Expander, isExpander, type Kernel } from '../engine/flow/kernel.ts'
import type { Micros } from '../engine/market/units.ts'
import { claimsOf, examplesOf } from '../engine/testing/doctest.ts'
import { type Entry, type Heard, run, runAt, type Step } from '../engine/testing/run-kernel.ts'
import { type Measured, measure } from './measure.ts'

/** What the example of an operator runs. */
interface Sample {
  readonly step: Step<unknown, unknown>
  readonly entries: readonly Entry<unknown>[]
  readonly heard: Heard
}

/** The usual length of a window; those of the examples are short. */
const LENGTH = 20

/**
 * The time of one update of an operator, fed with the inputs of its `@example` over and over, each round later than the
 * one before: a new operator is measured without a line here. The loop around it costs some nanoseconds more.
 */
export async function measureOperator(path: string, updates: number): Promise<Measured> {
  const { step, entries, heard } = await sampleOf(path, LENGTH)
  const state = step.init()
  for (const { from, hear } of step.hears ?? []) {
    if ('schema' in from) for (const record of heard[from.name] ?? []) hear(state, record as never)
  }
  const counter = new Float64Array(1)
  const rounds = Math.ceil(updates / 10 / entries.length)
  const measured = await measure({
    size: rounds * entries.length,
    prepare: () => undefined,
    work: roundsOf(entries, rounds, updater(step, state, counter)),
  })
  return { ...measured, checksum: String(counter[0]) }
}

type Update = (at: number | undefined, input: unknown) => void

/** One update; the counter counts the values that come out. */
function updater(step: Step<unknown, unknown>, state: unknown, counter: Float64Array): Update {
  if (!isExpander(step as AnyKernel)) {
    const kernel = step as Kernel<unknown, unknown, unknown>
    return (_at, input) => {
      const output = kernel.step(state, input)
      if (output !== undefined && !Number.isNaN(output)) counter[0] = counter[0]! + 1
    }
  }
  const expander = step as Expander<unknown, unknown, unknown>
  const emit = (): void => {
    counter[0] = counter[0]! + 1
  }
  return (at, input) => {
    if (at !== undefined) expander.tick?.(state, at as Micros, emit)
    if (input !== undefined) expander.step(state, input, emit)
  }
}

/** So many rounds of the entries, time moving on from one call to the next. */
function roundsOf(entries: readonly Entry<unknown>[], rounds: number, update: Update): () => void {
  const times = entries.map(([at]) => at ?? 0)
  const span = Math.max(...times) - Math.min(...times) + 1_000_000
  const inputs = entries.map(([, input]) => structuredClone(input))
  const stamped = inputs.map(input => (typeof input === 'object' && input !== null && 'at' in input ? input : null))
  let later = 0
  return () => {
    for (let round = 0; round < rounds; round++, later += span) {
      for (let i = 0; i < inputs.length; i++) {
        const at = entries[i]![0]
        const record = stamped[i]!
        if (record !== null) record.at = at! + later
        update(at === undefined ? undefined : at + later, inputs[i])
      }
    }
  }
}

/** Runs the example with a `run` that remembers what it was given, its steps made with that length. */
export async function sampleOf(path: string, length: number): Promise<Sample> {
  const url = new URL(`../${path}`, import.meta.url)
  const [example] = examplesOf(path, readFileSync(fileURLToPath(url), 'utf8'))
  if (!example) throw new Error(`${path}: no example to take a sample from`)
  const samples: Sample[] = []
  const remember = {
    run(step: Step<unknown, unknown>, inputs: readonly unknown[], heard: Heard = {}) {
      samples.push({ step, entries: inputs.map(input => [timeOf(input), input]), heard })
      return run(step, inputs, heard)
    },
    runAt(step: Step<unknown, unknown>, entries: readonly Entry<unknown>[], heard: Heard = {}) {
      samples.push({ step, entries, heard })
      return runAt(step, entries, heard)
    },
  }
  await claimsOf(example.code, { ...remember, ...withLength(await import(url.href), length) })
  return samples[0]!
}

const timeOf = (input: unknown): number | undefined =>
  typeof input === 'object' && input !== null && 'at' in input ? (input.at as number) : undefined

/** The exports of an operator's file, its steps made with that length whatever the example says. */
const withLength = (exports: Readonly<Record<string, unknown>>, length: number): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      name.endsWith('Step') ? longer(value as AnyStep, length) : value,
    ]),
  )

type AnyStep = (options?: object) => unknown

const longer =
  (step: AnyStep, length: number): AnyStep =>
  options =>
    step(options && 'length' in options ? { ...options, length } : options)
