import type { Key } from '../engine/flow/driver.ts'
import type { Flow } from '../engine/flow/flow.ts'
import { type Before, type Columns, compile, type Graph } from '../engine/flow/graph.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { ear } from '../engine/flow/kernel.ts'
import { type Lifted, lift } from '../engine/flow/lift.ts'
import { type Definition, pipeline } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import type { Quote } from '../engine/market/quote.ts'
import type { Stamped, Topic } from '../engine/market/topic.ts'
import { quotes } from '../engine/market/topics.ts'
import { close } from '../operators/bars/close.ts'
import { timeBars } from '../operators/bars/time-bars.ts'
import { mid } from '../operators/book/mid.ts'
import { debounce } from '../operators/hygiene/debounce.ts'
import { adx, type HighLowClose } from '../operators/indicators/adx.ts'
import { logReturn } from '../operators/indicators/log-return.ts'
import { rsi } from '../operators/indicators/rsi.ts'
import { stdev } from '../operators/indicators/stdev.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import type { Ticks } from './ticks.ts'
import { cost, type Result, type Runner, target, type Workload } from './workload.ts'

/** A fill of the bench's own: quantities are fractional here, so the whole-lot nouns of the market room do not fit. */
interface BenchFill extends Stamped {
  readonly quantity: number
}
const benchFills: Topic<BenchFill> = { name: 'bench-fills', schema: { id: 9001, name: 'bench-fill', fields: [] } }

interface Features {
  readonly volatility: number
  readonly z: number
  readonly rsi: number
  readonly adx: number
}

/** High, low and close of a tick that passed: ask, bid and mid. */
const range = (): Lifted<Quote, HighLowClose> => lift(rangeStep())
const rangeStep = (): Kernel<null, Quote, HighLowClose> => {
  const out = { high: NaN, low: NaN, close: NaN }
  return {
    name: 'range',
    warmup: 1,
    init: () => null,
    step(_state, { bid, ask }) {
      out.high = ask
      out.low = bid
      out.close = (bid + ask) / 2
      return out
    },
  }
}

const wanted = (): Lifted<Features, number> => lift(wantedStep())
const wantedStep = (): Kernel<null, Features, number> => ({
  name: 'wanted',
  warmup: 1,
  init: () => null,
  step: (_state, { volatility, z, rsi, adx }) => target(volatility, z, rsi, adx),
})

interface Order {
  readonly quantity: number
}

/** The order that brings the position to the target: it hears the fills. */
const toTarget = (): Lifted<number, Order> => lift(toTargetStep())
const toTargetStep = (): Kernel<{ position: number }, number, Order> => {
  const order = { quantity: NaN }
  return {
    name: 'toTarget',
    warmup: 1,
    init: () => ({ position: 0 }),
    hears: [
      ear(benchFills, (state: { position: number }, fill) => {
        state.position += fill.quantity
      }),
    ],
    step(state, wantedPosition) {
      order.quantity = wantedPosition - state.position
      return order
    },
  }
}

const features = (bar: Flow<HighLowClose>) => ({
  volatility: bar.pipe(close(), logReturn(), stdev({ length: 20 })),
  z: bar.pipe(close(), zScore({ length: 20 })),
  rsi: bar.pipe(close(), rsi({ length: 14 })),
  adx: bar.pipe(adx({ length: 14 })),
})

const w1 = pipeline({
  name: 'w1',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      debounce({ quietMs: 10 }),
      mid(),
      timeBars({ spanMs: 60_000 }),
      together(features, { on: 'adx' }),
      wanted(),
      toTarget(),
    ),
})

export const w2: Definition<Order> = pipeline({
  name: 'w2',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(debounce({ quietMs: 10 }), range(), together(features, { on: 'adx' }), wanted(), toTarget()),
})

/** The same through the public pipeline: orders leave by the output, fills come back between two rows. */
export function startMillrace(workload: Workload, instruments: number): Runner {
  const keys = keysOf(instruments)
  const { graph, before, result } = tradingGraph(workload, keys)
  return {
    push(ticks: Ticks) {
      graph.drive(blockOf(ticks, keys), 0, ticks.count, before)
    },
    result: () => result,
  }
}

export const keysOf = (instruments: number): readonly string[] => Array.from({ length: instruments }, (_, i) => `K${i}`)

/** A graph and the venue that fills its orders: all that changes as rows are driven through it. */
export interface Trading {
  readonly graph: Graph
  /** Ahead of each row: what waits for it is filled. */
  readonly before: Before
  /** By key: the order that waits. */
  readonly waiting: Float64Array
  readonly result: Result
}

export function tradingGraph(
  workload: Workload,
  keys: readonly string[],
  onOrder: (key: Key, quantity: number) => void = () => undefined,
): Trading {
  const result: Result = { fills: 0, signals: 0, cash: 0 }
  const waiting = new Float64Array(keys.length)
  const definition = workload === 'W1' ? w1 : w2
  const graph = compile(definition.build(), {
    output({ quantity }: Order, key) {
      result.signals += 1
      waiting[key.index] = quantity
      graph.watch(key, quantity !== 0)
      if (quantity !== 0) onOrder(key, quantity)
    },
  })
  for (const key of keys) graph.key(key)
  const heard = graph.ear(benchFills.name)
  const fill = { at: 0 as Quote['at'], quantity: NaN }
  const before = (key: Key, quote: Quote): void => {
    const quantity = waiting[key.index]!
    waiting[key.index] = 0
    graph.watch(key, false)
    result.fills += 1
    result.cash -= cost(quantity, quantity > 0 ? quote.ask : quote.bid)
    fill.at = quote.at
    fill.quantity = quantity
    heard(key, fill)
  }
  return { graph, before, waiting, result }
}

/** The ticks as a block of the quotes topic. */
export const blockOf = ({ at, key, bid, ask, size }: Ticks, keys: readonly string[]): Columns => ({
  at,
  key,
  keys,
  columns: { bid, ask, bidSize: size, askSize: size },
})
