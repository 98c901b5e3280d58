import { type FixedHorizonOptions, fixedHorizonStep } from '../../operators/labels/fixed-horizon.ts'
import { metaLabelStep } from '../../operators/labels/meta-label.ts'
import { type TrendScanOptions, trendScanStep } from '../../operators/labels/trend-scan.ts'
import {
  type TripleBarrier,
  type TripleBarrierOptions,
  tripleBarrierStep,
  type Wished,
} from '../../operators/labels/triple-barrier.ts'
import { closeCloseStep } from '../../operators/volatility/close-close.ts'
import type { Event, Follow, Label } from './label.ts'

/** What an event has become after a span of time: its direction and the change. */
export const fixedHorizonLabel = (options: FixedHorizonOptions, name = 'fixedHorizon'): Label => {
  const kernel = fixedHorizonStep(options)
  return {
    ...{ type: 'fixed-horizon', name, params: { ...options }, fields: ['direction', 'change'] },
    follow() {
      const state = kernel.init()
      let latest = -Infinity
      return (event, _vector, emit) => {
        kernel.step(state, event, ({ from, direction, change }) => emit(from, [direction, change]))
        const isTaken = event.at >= latest
        latest = Math.max(latest, event.at)
        return isTaken
      }
    },
  }
}

/** The trend that began with an event: its direction, and the t of its slope. */
export const trendScanLabel = (options: TrendScanOptions, name = 'trendScan'): Label => {
  const kernel = trendScanStep(options)
  return {
    ...{ type: 'trend-scan', name, params: { ...options }, fields: ['direction', 't'] },
    follow() {
      const state = kernel.init()
      return (event, _vector, emit) => {
        const label = kernel.step(state, event)
        if (label !== undefined) emit(label.from, [label.direction, label.t])
        return true
      }
    },
  }
}

/** Who says what to trade, and how far the barriers are. */
export interface TradeOptions extends TripleBarrierOptions {
  /** Of the close-to-close volatility that barriers are measured in, events. Integer, at least 2. */
  readonly volatility: number
  /** What says it; null buys at each event. */
  readonly signal: Signal | null
}

/** A feature whose sign is the direction of a trade. */
export interface Signal {
  /** Its place in the vector. */
  readonly feature: number
  readonly name: string
  /** 1 goes with its sign, -1 against it. */
  readonly sign: 1 | -1
  /** The least that it must be, without its sign. */
  readonly enter: number
}

/** How a trade on each event ended that has a vector and a direction: see `tripleBarrier`. */
export const tripleBarrierLabel = (options: TradeOptions, name = 'tripleBarrier'): Label => ({
  ...{ type: 'triple-barrier', name, params: paramsOf(options) },
  fields: ['direction', 'barrier', 'profit', 'outcome', 'ambiguous'],
  follow: () =>
    following(options, ({ direction, barrier, profit, outcome, ambiguous }) => [
      ...[direction, barrier, profit, outcome, ambiguous],
    ]),
})

/** Whether the signal was right: see `metaLabel`. */
export const metaLabelLabel = (options: TradeOptions, name = 'metaLabel'): Label => ({
  ...{ type: 'meta-label', name, params: paramsOf(options), fields: ['direction', 'right'] },
  follow() {
    const kernel = metaLabelStep()
    const state = kernel.init()
    return following(options, trade => {
      const { direction, right } = kernel.step(state, trade)!
      return [direction, right]
    })
  },
})

const paramsOf = ({ signal, ...options }: TradeOptions): Label['params'] =>
  signal === null ? options : { ...options, signal: `${signal.sign < 0 ? '-' : ''}${signal.name}`, enter: signal.enter }

const following = (options: TradeOptions, numbersOf: (trade: TripleBarrier) => readonly number[]): Follow => {
  const kernel = tripleBarrierStep(options)
  const volatility = closeCloseStep({ length: options.volatility })
  const [state, closes] = [kernel.init(), volatility.init()]
  let latest = -Infinity
  return (event: Event, vector, emit) => {
    if (event.at < latest) return false
    latest = event.at
    const sigma = volatility.step(closes, event.close)
    const direction = vector === null ? 0 : directionOf(options.signal, vector)
    const wished: Wished = { ...event, direction, sigma: sigma ?? Number.NaN }
    kernel.step(state, wished, trade => emit(trade.from, numbersOf(trade)))
    return direction !== 0 && wished.sigma > 0
  }
}

const directionOf = (signal: Signal | null, vector: Float32Array): number => {
  if (signal === null) return 1
  const value = vector[signal.feature]!
  return Math.abs(value) >= signal.enter ? signal.sign * Math.sign(value) : 0
}
