import type { Bar } from '../../engine/market/bar.ts'
import { floors, indicators } from './indicators.ts'
import { type Entry, inputsOf, type Library, type Numbers, type Update, walkOf } from './series.ts'

/** So many that the branch predictor of the machine cannot learn them by heart, which it does with 5,000. */
const BARS = 50_000
/** The last compiler of V8 has its say after half a million to a million and a half updates, and takes its time. */
const WARM_UP = 32
const WARM_UP_MS = 500
/** Passes in one measurement: enough that whoever makes garbage also collects it in there. */
const PASSES = 8
const MEASUREMENTS = 5

/**
 * Nanoseconds a value: a stream is given one input after the other, a function over arrays all of them at once. It is
 * the CPU time of all threads, which others on the machine change little, and which counts who collects the garbage.
 */
export const timeOf = (entry: Entry): number => {
  const bars = walkOf({ seed: 22, count: BARS })
  const work = workOf(entry, bars)
  let sum = 0
  const timed = (passes: number): number => {
    const before = process.cpuUsage()
    for (let pass = 0; pass < passes; pass++) sum += work()
    const { user, system } = process.cpuUsage(before)
    return ((user + system) * 1e3) / (passes * BARS)
  }
  const start = performance.now()
  for (let pass = 0; pass < WARM_UP || performance.now() - start < WARM_UP_MS; pass++) timed(1)
  const times = Array.from({ length: MEASUREMENTS }, () => timed(PASSES))
  if (Number.isNaN(sum)) throw new RangeError('a value is not a number')
  return times.toSorted((a, b) => a - b)[MEASUREMENTS >> 1]!
}

const workOf = (entry: Entry, bars: readonly Bar[]): (() => number) => {
  if (entry.type === 'batch') return () => entry.values(bars).length
  const inputs = inputsOf(entry.read, bars)
  if (entry.type === 'loop') return () => entry.sum(inputs)
  return entry.field === undefined ? ofNumbers(entry.start(), inputs) : ofRecords(entry.start(), inputs, entry.field)
}

// What comes out is summed, so that nobody can leave the work out. Both loops are written so that a number stays one on
// its way from the input to the sum: to put "number or nothing" in a box costs more than many an update.

const ofNumbers = (update: Update, inputs: ArrayLike<unknown>) => () => {
  let sum = 0
  for (let i = 0; i < inputs.length; i++) {
    const value = update(inputs[i])
    if (typeof value === 'number' && !Number.isNaN(value)) sum += value
  }
  return sum
}

const ofRecords = (update: Update, inputs: ArrayLike<unknown>, field: string) => () => {
  let sum = 0
  for (let i = 0; i < inputs.length; i++) {
    const value = (update(inputs[i]) as Numbers)?.[field]
    if (typeof value === 'number' && !Number.isNaN(value)) sum += value
  }
  return sum
}

// As a process of its own: one library and one indicator, which no other has made slow.
if (import.meta.main) {
  const [name, library] = process.argv.slice(2)
  const entry = [...floors, ...indicators].find(indicator => indicator.name === name)!.entries[library as Library]!
  process.stdout.write(String(timeOf(entry)))
}
