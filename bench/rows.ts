import { adx, rsi, volatility, zScore } from './indicators.ts'
import type { Ticks } from './ticks.ts'
import { cost, DEBOUNCE_US, MINUTE_US, type Result, target } from './workload.ts'

/** What flows through the peers: an object per tick, and a new one with a field more after each stage. */
export interface Tick {
  readonly key: number
  readonly at: number
  readonly bid: number
  readonly ask: number
}

export interface Mid extends Tick {
  readonly mid: number
}

export interface Range {
  readonly high: number
  readonly low: number
  readonly close: number
}

export interface Target extends Range {
  readonly target: number
}

export const tickAt = ({ key, at, bid, ask }: Ticks, i: number): Tick => ({
  key: key[i]!,
  at: at[i]!,
  bid: bid[i]!,
  ask: ask[i]!,
})

export const isQuiet = (held: Tick, next: Tick): boolean => next.at - held.at >= DEBOUNCE_US

export const withMid = (tick: Tick): Mid => ({ ...tick, mid: (tick.bid + tick.ask) / 2 })

export const withRange = (tick: Mid): Mid & Range => ({ ...tick, high: tick.ask, low: tick.bid, close: tick.mid })

export interface Minute extends Range {
  readonly minute: number
  /** The bar that this tick closed. */
  readonly closed: Range | undefined
}

/** Takes a mid into its minute. */
export function intoMinute(bar: Minute | undefined, { at, mid }: Mid): Minute {
  const minute = Math.floor(at / MINUTE_US)
  if (bar?.minute !== minute) return { minute, high: mid, low: mid, close: mid, closed: bar }
  return { ...bar, high: Math.max(bar.high, mid), low: Math.min(bar.low, mid), close: mid, closed: undefined }
}

/** The stages of one instrument from a bar to its target, each with state of its own. */
export function features(): {
  readonly withVolatility: <B extends Range>(bar: B) => B & { readonly volatility: number }
  readonly withZ: <B extends Range>(bar: B) => B & { readonly z: number }
  readonly withRsi: <B extends Range>(bar: B) => B & { readonly rsi: number }
  readonly withAdx: <B extends Range>(bar: B) => B & { readonly adx: number }
} {
  const volatilityOf = volatility()
  const zOf = zScore()
  const rsiOf = rsi()
  const adxOf = adx()
  let z = NaN
  return {
    withVolatility: bar => ({ ...bar, volatility: volatilityOf(bar.close) }),
    withZ(bar) {
      const next = zOf(bar.close)
      if (!Number.isNaN(next)) z = next
      return { ...bar, z }
    },
    withRsi: bar => ({ ...bar, rsi: rsiOf(bar.close) }),
    withAdx: bar => ({ ...bar, adx: adxOf(bar) }),
  }
}

interface Features {
  readonly volatility: number
  readonly z: number
  readonly rsi: number
  readonly adx: number
}

export const withTarget = <F extends Features>(row: F): F & { readonly target: number } => ({
  ...row,
  target: target(row.volatility, row.z, row.rsi, row.adx),
})

export const hasTarget = (row: { readonly target: number }): boolean => !Number.isNaN(row.target)

/** Position and waiting order of one instrument. */
export function desk(result: Result): {
  readonly fill: (tick: Tick) => void
  readonly submit: (row: { readonly target: number }) => void
} {
  let position = 0
  let waiting = 0
  return {
    fill({ bid, ask }) {
      if (waiting === 0) return
      result.fills += 1
      result.cash -= cost(waiting, waiting > 0 ? ask : bid)
      position += waiting
      waiting = 0
    },
    submit(row) {
      result.signals += 1
      waiting = row.target - position
    },
  }
}
