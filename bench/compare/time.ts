import type { Bar } from '../../engine/market/bar.ts'
import { market } from '../../engine/testing/operator/market.ts'
import { indicators } from './indicators.ts'
import type { Entry, Library } from './series.ts'

const BARS = 5000
const ROUNDS = 12
const WARM_UP = 5

/** Nanoseconds a value: a stream is given one bar after the other, a function over arrays all of them at once. */
export const timeOf = (entry: Entry): number => {
  const bars = market({ seed: 22, count: BARS }) as unknown as readonly Bar[]
  const work = entry.type === 'batch' ? () => void entry.values(bars) : streaming(entry.start(), bars)
  const times = Array.from({ length: ROUNDS }, () => {
    const before = performance.now()
    work()
    return ((performance.now() - before) * 1e6) / BARS
  })
  return times.slice(WARM_UP).toSorted((a, b) => a - b)[(ROUNDS - WARM_UP) >> 1]!
}

const streaming = (series: (bar: Bar) => unknown, bars: readonly Bar[]) => () => {
  for (const bar of bars) series(bar)
}

// As a process of its own: one library and one indicator, which no other has made slow.
if (import.meta.main) {
  const [name, library] = process.argv.slice(2)
  const entry = indicators.find(indicator => indicator.name === name)!.entries[library as Library]!
  process.stdout.write(String(timeOf(entry)))
}
