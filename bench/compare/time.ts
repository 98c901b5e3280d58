import { indicators } from './indicators.ts'
import { type Entry, inputsOf, type Library, type Series, walkOf } from './series.ts'

/** So many that the branch predictor of the machine cannot learn them by heart, which it does with 5,000. */
const BARS = 50_000
/** The last compiler of V8 has its say after half a million to a million and a half updates. */
const WARM_UP = 32
/** Passes in one measurement: enough that whoever makes garbage also collects it in there. */
const PASSES = 8
const MEASUREMENTS = 5

/** Nanoseconds a value: a stream is given one input after the other, a function over arrays all of them at once. */
export const timeOf = (entry: Entry): number => {
  const bars = walkOf({ seed: 22, count: BARS })
  const work =
    entry.type === 'batch' ? () => entry.values(bars).length : streaming(entry.start(), inputsOf(entry.read, bars))
  let sum = 0
  const timed = (passes: number): number => {
    const before = performance.now()
    for (let pass = 0; pass < passes; pass++) sum += work()
    return ((performance.now() - before) * 1e6) / (passes * BARS)
  }
  for (let pass = 0; pass < WARM_UP; pass++) timed(1)
  const times = Array.from({ length: MEASUREMENTS }, () => timed(PASSES))
  if (Number.isNaN(sum)) throw new RangeError('a value is not a number')
  return times.toSorted((a, b) => a - b)[MEASUREMENTS >> 1]!
}

/** What comes out is summed, so that nobody can leave the work out. */
const streaming = (series: Series, inputs: ArrayLike<unknown>) => () => {
  let sum = 0
  for (let i = 0; i < inputs.length; i++) sum += series(inputs[i]) ?? 0
  return sum
}

// As a process of its own: one library and one indicator, which no other has made slow.
if (import.meta.main) {
  const [name, library] = process.argv.slice(2)
  const entry = indicators.find(indicator => indicator.name === name)!.entries[library as Library]!
  process.stdout.write(String(timeOf(entry)))
}
