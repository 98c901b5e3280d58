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

/** Starts the one sequence of ticks there is for this number of instruments: each call fills the columns with the next. */
export function tickSource(instruments: number): (ticks: Ticks) => void {
  const random = xorshift(12_345)
  const price = Float64Array.from({ length: instruments }, (_, i) => 50 + 10 * random() + i)
  let atMs = 1_700_000_000_000
  let key = 0
  return ticks => {
    for (let i = 0; i < ticks.count; i++) {
      const burst = random() < 0.2
      atMs += (burst ? 4 * random() : -Math.log(1 - random()) * 120) / instruments
      if (!burst) key = Math.floor(random() * instruments)
      const mark = price[key]! * (1 + (random() - 0.5) * 2e-4)
      price[key] = mark
      ticks.at[i] = atMs * 1_000
      ticks.key[i] = key
      ticks.bid[i] = Math.round(mark * 1e4) / 1e4
      ticks.ask[i] = Math.round((mark + 0.01) * 1e4) / 1e4
      ticks.size[i] = 1 + Math.floor(100 * random())
    }
  }
}

/** Marsaglia's 32-bit xorshift (13, 17, 5), as numbers in [0, 1). */
function xorshift(seed: number): () => number {
  const state = Uint32Array.of(seed)
  return () => {
    let s = state[0]!
    s ^= s << 13
    s ^= s >>> 17
    s ^= s << 5
    state[0] = s
    return state[0]! / 2 ** 32
  }
}
