import { filter, loop, map, scan, skip, tap } from '@most/core'
import { newDefaultScheduler } from '@most/scheduler'
import type { Sink, Stream } from '@most/types'
import { zScore } from './indicators.ts'
import { BEYOND, type Hits } from './keyed.ts'
import {
  desk,
  features,
  hasTarget,
  intoMinute,
  isQuiet,
  type Mid,
  type Minute,
  type Range,
  type Tick,
  tickAt,
  withMid,
  withRange,
  withTarget,
} from './rows.ts'
import type { Ticks } from './ticks.ts'
import type { Result, Runner, Workload } from './workload.ts'

/** The workload with @most/core: the same rows and stages as in RxJS, a chain for each instrument. */
export function startMost(workload: Workload, instruments: number): Runner {
  const result: Result = { fills: 0, signals: 0, cash: 0 }
  return { push: pushInto(instruments, ticks => strategy(ticks, workload, result)), result: () => result }
}

function strategy(ticks: Stream<Tick>, workload: Workload, result: Result): Stream<unknown> {
  const { fill, submit } = desk(result)
  const { withVolatility, withZ, withRsi, withAdx } = features()
  const mids = map(withMid, debounced(tap(fill, ticks)))
  const bars: Stream<Range> = workload === 'W1' ? minuteBars(mids) : map(withRange, mids)
  const rows = map(withAdx, map(withRsi, map(withZ, map(withVolatility, bars))))
  return tap(submit, filter(hasTarget, map(withTarget, rows)))
}

function debounced(ticks: Stream<Tick>): Stream<Tick> {
  const pass = (held: Tick | undefined, next: Tick) => ({
    seed: next,
    value: held && isQuiet(held, next) ? held : undefined,
  })
  return defined(loop(pass, undefined, ticks))
}

function minuteBars(mids: Stream<Mid>): Stream<Range> {
  const minutes = skip(1, scan<Mid, Minute | undefined>(intoMinute, undefined, mids))
  return defined(map(bar => bar?.closed, minutes))
}

/** The keyed z-score with @most/core. */
export function startKeyedMost(instruments: number): Runner<Hits> {
  const result: Hits = { hits: 0, sum: 0 }
  const chain = (ticks: Stream<Tick>): Stream<unknown> => {
    const z = zScore()
    const scored = map((tick: Mid) => ({ ...tick, z: z(tick.mid) }), map(withMid, ticks))
    const hit = (tick: { readonly z: number }): void => {
      result.hits += 1
      result.sum += tick.z
    }
    return tap(
      hit,
      filter(tick => Math.abs(tick.z) > BEYOND, scored),
    )
  }
  return { push: pushInto(instruments, chain), result: () => result }
}

/** One chain for each instrument, since @most/core has no groupBy: an index is the cheapest one there can be. */
function pushInto(instruments: number, chain: (ticks: Stream<Tick>) => Stream<unknown>): (ticks: Ticks) => void {
  const scheduler = newDefaultScheduler()
  const sources = Array.from({ length: instruments }, () => {
    const source = pushed<Tick>()
    chain(source.stream).run(ignore, scheduler)
    return source
  })
  return ticks => {
    for (let i = 0; i < ticks.count; i++) sources[ticks.key[i]!]!.push(tickAt(ticks, i))
  }
}

const defined = <T>(stream: Stream<T | undefined>): Stream<T> =>
  filter(value => value !== undefined, stream) as Stream<T>

/** A stream that is fed from outside; @most/core leaves such sources to its users. */
function pushed<T>(): { readonly stream: Stream<T>; readonly push: (value: T) => void } {
  let out: Sink<T> = ignore
  return {
    stream: {
      run(sink) {
        out = sink
        return { dispose: () => undefined }
      },
    },
    push: value => out.event(0, value),
  }
}

const ignore: Sink<unknown> = {
  event: () => undefined,
  end: () => undefined,
  error(_time, error) {
    throw error
  },
}
