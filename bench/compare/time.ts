import type { Bar } from '../../engine/market/bar.ts'
import { indicators } from './indicators.ts'
import { type Entry, type Library, walkOf } from './series.ts'

/** So many that the branch predictor of the machine cannot learn them by heart, which it does with 5,000. */
const BARS = 50_000
/** A V8 that has seen a quarter of a million updates has done what it will for them. */
const ROUNDS = 12
const WARM_UP = 5

/** Nanoseconds a value: a stream is given one bar after the other, a function over arrays all of them at once. */
export const timeOf = (entry: Entry): number => {
  const bars = walkOf({ seed: 22, count: BARS })
  const work = entry.type === 'batch' ? () => entry.values(bars).length : streaming(entry.start(), bars)
  let sum = 0
  const times = Array.from({ length: ROUNDS }, () => {
    const before = performance.now()
    sum += work()
    return ((performance.now() - before) * 1e6) / BARS
  })
  if (Number.isNaN(sum)) throw new RangeError('a value is not a number')
  return times.slice(WARM_UP).toSorted((a, b) => a - b)[(ROUNDS - WARM_UP) >> 1]!
}

/** What comes out is summed, so that nobody can leave the work out. */
const streaming = (series: (bar: Bar) => number | undefined, bars: readonly Bar[]) => () => {
  let sum = 0
  for (const bar of bars) sum += series(bar) ?? 0
  return sum
}

// As a process of its own: one library and one indicator, which no other has made slow.
if (import.meta.main) {
  const [name, library] = process.argv.slice(2)
  const entry = indicators.find(indicator => indicator.name === name)!.entries[library as Library]!
  process.stdout.write(String(timeOf(entry)))
}
