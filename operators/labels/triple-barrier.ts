import { assert } from '../../engine/assert.ts'
import type { Expander } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Micros } from '../../engine/market/units.ts'
import { enqueue, type Waiting, waiting } from '../waiting.ts'

export interface TripleBarrierOptions {
  /** How far the barrier of profit is from the entry, in units of `sigma`. Positive. */
  readonly profit: number
  /** The same for the barrier of loss. Positive. */
  readonly stop: number
  /** From the event to the third barrier, milliseconds of event time. Positive. */
  readonly horizonMs: number
  /** Of one way in and out, basis points of the entry; the spread of quotes is paid beside it. 0 or more. */
  readonly costBps: number
  /** Profits and losses of up to so many basis points, after costs, are none when the time is over. 0 or more. */
  readonly deadBps: number
}

/** Prices, and whether somebody wishes to trade at them. */
export type Wished = (
  | Pick<Bar, 'at' | 'start' | 'open' | 'high' | 'low' | 'close'>
  | Pick<Quote, 'at' | 'bid' | 'ask'>
) & {
  /** 1 to buy, -1 to sell, 0 for no event. */
  readonly direction: number
  /** What the barriers are measured in, as a share of the price and as known now: a volatility. Else no event. */
  readonly sigma: number
}

/** How a trade ended. */
export interface TripleBarrier {
  /** When it is known. */
  readonly at: Micros
  /** The time of the event that it labels. */
  readonly from: Micros
  /** Of the trade: 1 was bought, -1 was sold. */
  readonly direction: number
  /** What was touched first: 1 the profit, -1 the loss, 0 the end of the time. */
  readonly barrier: number
  readonly entry: number
  readonly exit: number
  /** Share of the entry, after costs. */
  readonly profit: number
  /** The label: `barrier`, or the sign of the profit when the time was over. */
  readonly outcome: number
  /** 1 when one bar touched both barriers, so that the loss is a guess on the safe side. */
  readonly ambiguous: number
}

/**
 * Follows each wish to trade to the first of three barriers, a profit, a loss and the end of its time, and tells which
 * it was and what was earned. It comes late, when that is known; the same code labels a tape and follows live trades.
 *
 * The entry is the next input: the open of a bar, or the side of a quote that one pays. Exits are where one could get
 * out: a bid for what was bought, an ask for what was sold; a bar that opens beyond a barrier gives its open. A bar
 * that touches both gives the loss and says that it is `ambiguous`: ticks know better.
 *
 * In      Wished: a bar's { at, start, open, high, low, close } or a quote's { at, bid, ask }, in quote currency, with
 *         `direction` and `sigma`
 * Out     TripleBarrier, prices in quote currency; the record is reused
 * Emits   one for each event, with the input that ends it, from the next input on; several by the order of the events:
 *         those whose time was over before, those that a barrier ended, those whose time is over now. On a flat market
 *         by time alone; none for those that the data end on, nor where the entry has no positive price
 * State   five numbers for each trade within the horizon, per key; a touched barrier takes a step for each of these
 * Late    an input from before the latest is left out. A gap in prices is paid for; a bar that begins after the time
 *         was over gives its open, one that holds the end of it gives its close
 * Fails   Defect ASSERT when profit, stop or horizonMs is not positive, or costBps or deadBps negative
 * Source  Lopez de Prado 2018, Advances in Financial Machine Learning, 3.4; executable prices and gaps are ours
 *
 * @example
 * const bar = (at: number, open: number, high: number, low: number, direction: number) =>
 *   ({ at, start: at - 1000, open, high, low, close: open, direction, sigma: 0.01 })
 * const options = { profit: 2, stop: 1, horizonMs: 5, costBps: 10, deadBps: 5 }
 * const bars = [bar(1000, 99, 99, 99, 1), bar(2000, 100, 101, 99.5, 0), bar(3000, 101, 103, 100, 0)]
 * run(tripleBarrierStep(options), bars)
 * // => [{ at: 3000, from: 1000, direction: 1, barrier: 1, entry: 100, exit: 102, profit: 0.019, outcome: 1,
 * // ambiguous: 0 }]
 */
export const tripleBarrier = (options: TripleBarrierOptions): Lifted<Wished, TripleBarrier> =>
  lift(tripleBarrierStep(options))

interface TripleBarrierState {
  latest: number
  /** The event of the latest input, on which the next one enters; direction 0 is none. */
  readonly wish: { at: number; direction: number; sigma: number }
  readonly trades: Waiting
  /** No barrier of a trade lies between these two prices. */
  above: number
  below: number
  readonly path: Path
  readonly out: { -readonly [Field in keyof TripleBarrier]: TripleBarrier[Field] }
}

/** Where trades can be ended now. */
interface Path {
  start: number
  open: number
  high: number
  low: number
  close: number
  /** What a sale is ended at, all the time; NaN for bars, which have one side. */
  ask: number
}

/** The places of a trade's numbers in its row. */
const FROM = 0
const DIRECTION = 1
const ENTRY = 2
const PROFIT = 3
const STOP = 4
const WIDTH = 5

/** The pure step behind {@link tripleBarrier}. */
export const tripleBarrierStep = (
  options: TripleBarrierOptions,
): Expander<TripleBarrierState, Wished, TripleBarrier> => {
  const { profit, stop, horizonMs, costBps, deadBps } = options
  for (const [name, value] of Object.entries({ profit, stop, horizonMs }))
    assert(value > 0, `tripleBarrier: ${name} is positive, found ${value}`)
  for (const [name, value] of Object.entries({ costBps, deadBps }))
    assert(value >= 0, `tripleBarrier: ${name} is 0 or more, found ${value}`)
  const horizonUs = horizonMs * 1000
  const label = labeller(options)
  return {
    name: `tripleBarrier(${profit}, ${stop}, ${horizonMs}, ${costBps}, ${deadBps})`,
    warmup: 2,
    settle: Infinity,
    init: () => ({
      latest: -Infinity,
      wish: { at: 0, direction: 0, sigma: 0 },
      trades: waiting(WIDTH),
      above: Infinity,
      below: -Infinity,
      path: { start: 0, open: 0, high: 0, low: 0, close: 0, ask: Number.NaN },
      out: noLabel(),
    }),
    step(state, input, emit) {
      const { path, wish } = state
      if (input.at < state.latest) return
      state.latest = input.at
      read(path, input)
      if (wish.direction !== 0) enter(state, profit, stop)
      const end = (row: number, barrier: number, price: number): void => emit(label(state, row, barrier, price))
      endOlder(state, path.start - horizonUs, path.open, end)
      if (path.low <= state.below || Math.max(path.high, path.ask || 0) >= state.above) endTouched(state, end)
      endOlder(state, input.at - horizonUs, path.close, end)
      wish.at = input.at
      wish.direction = input.sigma > 0 ? Math.sign(input.direction) : 0
      wish.sigma = input.sigma
    },
  }
}

const noLabel = (): TripleBarrierState['out'] => ({
  at: 0 as Micros,
  from: 0 as Micros,
  direction: 0,
  barrier: 0,
  entry: 0,
  exit: 0,
  profit: 0,
  outcome: 0,
  ambiguous: 0,
})

const read = (path: Path, input: Wished): void => {
  const isQuote = 'bid' in input
  path.start = isQuote ? input.at : input.start
  path.open = isQuote ? input.bid : input.open
  path.high = isQuote ? input.bid : input.high
  path.low = isQuote ? input.bid : input.low
  path.close = isQuote ? input.bid : input.close
  path.ask = isQuote ? input.ask : Number.NaN
}

/** What a trade of this direction is ended at: of quotes the other side of the one it was entered at. */
const sideOf = ({ ask }: Path, direction: number, price: number): number =>
  direction < 0 && !Number.isNaN(ask) ? ask : price

const enter = (state: TripleBarrierState, profit: number, stop: number): void => {
  const { trades, path, wish } = state
  const { direction, sigma } = wish
  const entry = sideOf(path, -direction, path.open)
  if (entry <= 0) return
  const row = enqueue(trades, WIDTH)
  trades.rows[row + FROM] = wish.at
  trades.rows[row + DIRECTION] = direction
  trades.rows[row + ENTRY] = entry
  trades.rows[row + PROFIT] = entry * (1 + direction * profit * sigma)
  trades.rows[row + STOP] = entry * (1 - direction * stop * sigma)
  widen(state, row)
}

/** Takes the barriers of a trade into account. */
const widen = (state: TripleBarrierState, row: number): void => {
  const { rows } = state.trades
  const [one, other] = [rows[row + PROFIT]!, rows[row + STOP]!]
  state.above = Math.min(state.above, Math.max(one, other))
  state.below = Math.max(state.below, Math.min(one, other))
}

type End = (row: number, barrier: number, price: number) => void

/** Ends the trades whose events are not later than `last`. They lie in the order of their events. */
const endOlder = ({ trades, path }: TripleBarrierState, last: number, price: number, end: End): void => {
  for (; trades.start < trades.end && trades.rows[trades.start + FROM]! <= last; trades.start += WIDTH)
    end(trades.start, 0, sideOf(path, trades.rows[trades.start + DIRECTION]!, price))
}

/** Ends the trades that have touched a barrier, and moves the others together. */
const endTouched = (state: TripleBarrierState, end: End): void => {
  const { trades } = state
  const { rows } = trades
  let place = trades.start
  state.above = Infinity
  state.below = -Infinity
  for (let row = trades.start; row < trades.end; row += WIDTH) {
    if (isTouched(state, row, end)) continue
    rows.copyWithin(place, row, row + WIDTH)
    widen(state, place)
    place += WIDTH
  }
  trades.end = place
}

/** Ends one trade, if it has touched a barrier. A price that opens beyond a barrier is what one gets. */
const isTouched = ({ trades, path, out }: TripleBarrierState, row: number, end: End): boolean => {
  const direction = trades.rows[row + DIRECTION]!
  const profit = direction * trades.rows[row + PROFIT]!
  const stop = direction * trades.rows[row + STOP]!
  const open = direction * sideOf(path, direction, path.open)
  const best = direction * sideOf(path, direction, direction > 0 ? path.high : path.low)
  const worst = direction * sideOf(path, direction, direction > 0 ? path.low : path.high)
  if (worst > stop && best < profit) return false
  const isLoss = worst <= stop && !(open >= profit)
  out.ambiguous = isLoss && best >= profit && open > stop ? 1 : 0
  const price = isLoss ? Math.min(open, stop) : Math.max(open, profit)
  end(row, isLoss ? -1 : 1, direction * price)
  out.ambiguous = 0
  return true
}

/** Fills in the label of a trade that has ended. */
const labeller = ({ costBps, deadBps }: TripleBarrierOptions) => {
  const [cost, dead] = [costBps / 10_000, deadBps / 10_000]
  return ({ trades: { rows }, out, latest }: TripleBarrierState, row: number, barrier: number, exit: number) => {
    out.at = latest as Micros
    out.from = rows[row + FROM]! as Micros
    out.direction = rows[row + DIRECTION]!
    out.barrier = barrier
    out.entry = rows[row + ENTRY]!
    out.exit = exit
    out.profit = out.direction * (exit / out.entry - 1) - cost
    out.outcome = barrier !== 0 ? barrier : Math.abs(out.profit) <= dead ? 0 : Math.sign(out.profit)
    return out
  }
}
