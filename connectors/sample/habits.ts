/** How an instrument of the sample market moves and is quoted. Prices and spreads in ticks, sizes in lots. */
export interface Habits {
  readonly start: number
  /** Deviation of the middle price from one quote to the next. */
  readonly stir: number
  /** Least distance of bid and ask; it is up to twice that, and mostly near it. */
  readonly spread: number
  readonly mostLots: number
  /** Mean time between two quotes outside of bursts, microseconds. */
  readonly pause: number
}

/** By instrument: near to what venues show on a quiet day. */
export const habits: Readonly<Record<string, Habits>> = {
  EURUSD: { start: 108_500, stir: 1.4, spread: 4, mostLots: 5000, pause: 400_000 },
  GBPUSD: { start: 127_000, stir: 1.8, spread: 7, mostLots: 3000, pause: 400_000 },
  USDJPY: { start: 148_500, stir: 1.6, spread: 6, mostLots: 4000, pause: 400_000 },
  XAUUSD: { start: 2_050_000, stir: 40, spread: 180, mostLots: 400, pause: 250_000 },
  BTCUSDT: { start: 650_000, stir: 20, spread: 1, mostLots: 4000, pause: 120_000 },
  ETHUSDT: { start: 320_000, stir: 12, spread: 1, mostLots: 20_000, pause: 150_000 },
}
