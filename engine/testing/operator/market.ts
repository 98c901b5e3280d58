import { instrument } from '../../market/instrument.ts'

/** What a made-up market does: how one moment of it differs from a random walk. */
export type Regime = 'walk' | 'flat' | 'gap' | 'large' | 'duplicates' | 'late' | 'bad tick'

export const regimes: readonly Regime[] = ['walk', 'flat', 'gap', 'large', 'duplicates', 'late', 'bad tick']

/** Every field that an operator may read, by the name it has everywhere. */
export type Moment = Readonly<Record<string, number | string>> & { readonly at: number }

export interface MarketOptions {
  readonly seed: number
  readonly count: number
  readonly regime?: Regime
}

/** A market of `count` moments in the order in which they arrive. The same options give the same market. */
export const market = ({ seed, count, regime = 'walk' }: MarketOptions): Moment[] => {
  const chance = chanceOf(seed)
  // Another instrument, which shares the moves of this one and has as many of its own.
  const elsewhere = chanceOf(seed + 1_000_000)
  const moments: Moment[] = []
  // Moves are whole multiples of 2^-13, so that adding 1e9 to a price loses no digit of them.
  const base = regime === 'large' ? 1e9 : 1024
  let [at, steps, apart, fast, slow] = [1_700_000_000_000_000, 0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    const isMiddle = i === count >> 1
    at += regime === 'duplicates' && chance() < 0.5 ? 0 : Math.ceil(chance() * 2_000_000)
    if (regime === 'gap' && isMiddle) at += 3 * 3_600_000_000
    const open = base + steps * 2 ** -13
    if (regime !== 'flat') steps += Math.round((chance() - 0.5) * 20) + (regime === 'gap' && isMiddle ? 5_000 : 0)
    if (regime !== 'flat') apart += Math.round((elsewhere() - 0.5) * 20)
    const fair = base + steps * 2 ** -13
    const price = regime === 'bad tick' && isMiddle ? fair * 1e6 : fair
    fast += i === 0 ? fair : (fair - fast) / 3
    slow += i === 0 ? fair + (regime === 'flat' ? 0 : 2 ** -9 * (chance() - 0.5)) : (fair - slow) / 8
    const late = regime === 'late' && chance() < 0.1 ? 5_000_000 : 0
    moments.push({
      ...momentOf(chance, open, price, regime === 'flat'),
      at: at - late,
      start: at - late - 1_000,
      fast,
      slow,
      other: base + (steps + apart) * 2 ** -13,
      isFinal: (i + seed) % 2,
      // Of a book: two rows are one update.
      first: 1000 + ((i + (seed % 2)) >> 1),
      last: 1000 + ((i + (seed % 2)) >> 1),
      previous: -1,
    })
  }
  return moments
}

const momentOf = (chance: () => number, open: number, price: number, isFlat: boolean) => {
  const some = (least: number, most: number): number => least + Math.floor(chance() * (most - least + 1))
  const spread = isFlat ? 0 : some(0, 4) * 2 ** -13
  return {
    price,
    open,
    close: price,
    high: Math.max(open, price) + spread,
    low: Math.min(open, price) - spread,
    bid: price - spread,
    ask: price + spread,
    bidSize: some(0, 9),
    askSize: some(0, 9),
    size: some(0, 9),
    volume: some(0, 99),
    count: some(1, 9),
    side: chance() < 0.5 ? 'buy' : 'sell',
    z: isFlat ? 0 : (chance() - 0.5) * 8,
    adx: chance() * 60,
    rsi: chance() * 100,
    direction: isFlat ? 0 : some(-1, 1),
    lots: isFlat ? 0 : some(-9, 9),
  }
}

/** What the rest of the mailbox may say at a moment, by topic. */
export const saidAt = (
  topic: string,
  { at, lots, side, bid, first }: Moment,
): Readonly<Record<string, unknown>> | undefined => {
  const size = Math.abs(Number(lots)) + 1
  switch (topic) {
    case 'accounts':
      return { at, balance: 10_000_000_000 + 1_000_000 * size }
    case 'instruments':
      return { ...eurusd, at }
    case 'fills':
      return { at, orderId: 'o', side, lots: size, price: 125_000, fee: 0, quoteAgeUs: 0 }
    case 'publications':
      return { at, period: at, publishedAt: at + 1_000_000 * (size - 1), value: size }
    case 'book-snapshots':
      return { at, side: 'bid', price: bid, size, last: Number(first) - 1, isFinal: 1 }
    case 'order-updates':
      return { at, orderId: 'o', state: 'cancelled', lotsLeft: size, side, reason: 'by hand' }
    default:
      return undefined
  }
}

const eurusd = instrument({
  id: 'EURUSD',
  venue: 'sim',
  tickSize: '0.00001',
  lotSize: '1000',
  quoteCurrency: 'USD',
})

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export const chanceOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
