/**
 * Synthetic quotes as columns, the same on every machine: about 100 ms apart per instrument, one in five in a burst.
 * Row i is at[i], key[i], bid[i], ask[i], size[i].
 */
export interface Ticks {
  readonly count: number
  /** Microseconds since the epoch; with fractions, because the generator does not round time. */
  readonly at: Float64Array
  /** The instrument: 0 .. instruments - 1. */
  readonly key: Uint16Array
  readonly bid: Float64Array
  readonly ask: Float64Array
  readonly size: Float64Array
}

export const tickColumns = (count: number): Ticks => ({
  count,
  at: new Float64Array(count),
  key: new Uint16Array(count),
  bid: new Float64Array(count),
  ask: new Float64Array(count),
  size: new Float64Array(count),
})

/** A view of the rows from `from` up to `to`. */
export const rowsOf = ({ at, key, bid, ask, size }: Ticks, from: number, to: number): Ticks => ({
  count: to - from,
  at: at.subarray(from, to),
  key: key.subarray(from, to),
  bid: bid.subarray(from, to),
  ask: ask.subarray(from, to),
  size: size.subarray(from, to),
})

/** Fills the columns with the next ticks of a sequence. */
export type Feed = (ticks: Ticks) => void

/** Starts the one sequence of ticks that there is for this number of instruments. */
export function tickSource(instruments: number): Feed {
  let s = 12_345
  const price = Float64Array.from({ length: instruments }, (_, i) => {
    s = shift(s)
    return 50 + 10 * unit(s) + i
  })
  const last = { s, atMs: 1_700_000_000_000, key: 0 }
  return ticks => fill(ticks, price, last)
}

/** Allocates nothing, so that a measurement may run across it. */
function fill(ticks: Ticks, price: Float64Array, last: { s: number; atMs: number; key: number }): void {
  let { s, atMs, key } = last
  for (let i = 0; i < ticks.count; i++) {
    s = shift(s)
    const burst = unit(s) < 0.2
    s = shift(s)
    atMs += (burst ? 4 * unit(s) : -Math.log(1 - unit(s)) * 120) / price.length
    if (!burst) {
      s = shift(s)
      key = Math.floor(unit(s) * price.length)
    }
    s = shift(s)
    const mark = price[key]! * (1 + (unit(s) - 0.5) * 2e-4)
    s = shift(s)
    price[key] = mark
    ticks.at[i] = atMs * 1000
    ticks.key[i] = key
    ticks.bid[i] = Math.round(mark * 1e4) / 1e4
    ticks.ask[i] = Math.round((mark + 0.01) * 1e4) / 1e4
    ticks.size[i] = 1 + Math.floor(100 * unit(s))
  }
  Object.assign(last, { s, atMs, key })
}

/** Marsaglia's 32-bit xorshift (13, 17, 5). */
function shift(state: number): number {
  let s = state
  s ^= s << 13
  s ^= s >>> 17
  s ^= s << 5
  return s
}

/** The state as a number in [0, 1). */
const unit = (s: number): number => (s >>> 0) / 2 ** 32
