import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  currency,
  type Fill,
  FLAT,
  type Flow,
  type Instrument,
  instrumentFor,
  map,
  parseMoney,
  type Quote,
  quotes,
  type Strategy,
  settle,
  strategy,
  type Ticks,
  termsOf,
  together,
  toPrice,
  walletOf,
} from '../../engine/index.ts'
import {
  bracketOrder,
  close,
  ema,
  finalExit,
  fixedSize,
  follow,
  marketOrder,
  mid,
  stopExit,
  targetExit,
  timeBars,
} from '../../operators/index.ts'
import { type GoldenRun, isThere, presence, type Recorded, runGolden } from './runs.ts'

const files: Readonly<Record<string, readonly [bids: Recorded, asks: Recorded]>> = {
  GBPUSD: [
    {
      name: 'gbpusd-m1-bid-2012.csv.gz',
      sha256: 'ca0fb26c1dede3a7564498043c0d159a933a15c665aa020347b1b8fb2884f712',
    },
    {
      name: 'gbpusd-m1-ask-2012.csv.gz',
      sha256: '6604b433d9904818c6b1ed6f2ab8a62a71b61235d266a7468210475637474b8c',
    },
  ],
  USDJPY: [
    {
      name: 'usdjpy-m1-bid-2013.csv.gz',
      sha256: '876826da0b33a7ee323c83f6f0568791d4698e903ba7c3a2ddc5bf667fb020c9',
    },
    {
      name: 'usdjpy-m1-ask-2013.csv.gz',
      sha256: '6a7dbeef2528d3978d7ef16a458c6b11bd23629872208d9c7ef68c9b3d3e1737',
    },
  ],
}

/** A line of what `fx.py` has reckoned; the times are milliseconds. */
interface Reckoned {
  readonly instrument: string
  readonly minutes: number
  readonly fast: number
  readonly slow: number
  readonly stop: number | null
  readonly target: number | null
  /** `bracket`: on the same, with stop and target as orders, in ticks. */
  readonly fill: 'same' | 'next' | 'bracket'
  readonly end: number
  readonly quotes: number
  readonly fills: number
  readonly profit: number
  readonly fees: number
  /** The profit, hundredths of the base currency; not of brackets. */
  readonly base?: number
  readonly digest: string
}

const reckoned = readFileSync(join(import.meta.dirname, 'fx.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Reckoned)

/** A hundred lots to the side of the fast average of the mid closes. */
const sides =
  ({ minutes, fast, slow }: Pick<Reckoned, 'minutes' | 'fast' | 'slow'>) =>
  (quotes: Flow<Quote>) =>
    quotes.pipe(
      mid(),
      timeBars({ spanMs: minutes * 60_000, boundary: 'closes' }),
      close(),
      together(
        price => ({
          price,
          fast: price.pipe(ema({ length: fast, seed: 'first' })),
          slow: price.pipe(ema({ length: slow, seed: 'first' })),
        }),
        { on: 'slow' },
      ),
      follow(),
      fixedSize({ lots: 100 }),
    )

const params = { minutes: 1, fast: 10, slow: 20, stop: 9999, target: 9999, end: 0 }

/** Out by stop and target, seen quote by quote, until the averages turn; flat at the end. */
const crossing: Strategy = strategy({
  name: 'crossing',
  reads: { quotes },
  params,
  graph: ({ quotes }, { stop, target, end, ...lines }) =>
    quotes.pipe(
      together(quote => ({ quote, target: sides(lines)(quote) }), { on: 'quote' }),
      map('wish', ({ quote: { at, bid, ask }, target }) => ({ at, bid, ask, lots: target.lots })),
      stopExit({ bps: stop }),
      targetExit({ bps: target }),
      finalExit({ at: end }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

/** The same turns with stop and limit at the venue. */
const bracketed: Strategy = strategy({
  name: 'bracketed',
  reads: { quotes },
  params,
  graph: ({ quotes }, { stop, target, ...lines }) =>
    sides(lines)(quotes).pipe(bracketOrder({ stopTicks: stop, targetTicks: target })),
})

/** What an account in the base currency comes to, each fill turned at its own price. */
const inBase = (traded: Instrument, { fills }: GoldenRun): number => {
  const [base, quote] = [traded.id.slice(0, 3), traded.quoteCurrency]
  const account = currency(base, 2)
  const kept = { terms: termsOf(traded), quote: currency(quote, traded.decimals), account }
  const wallet = walletOf([parseMoney('0', account)])
  let position = FLAT
  for (const fill of fills) {
    const price = toPrice(fill.price as Ticks, kept.terms)
    const crosses = [{ base, quote, bid: price, ask: price }]
    position = settle(wallet, position, fill as unknown as Fill, { ...kept, crosses })
  }
  return wallet.get(base)!
}

const digestOf = ({ fills }: GoldenRun): string => {
  const lines = fills.map(({ side, lots, price }) => `${side} ${lots} ${price}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex')
}

describe.each(Object.entries(files))('%s', (instrument, [bids, asks]) => {
  const cases = reckoned.filter(known => known.instrument === instrument)

  describe.runIf(isThere(bids) && isThere(asks))(`averages cross on bars of bid and ask: ${presence(bids)}`, () => {
    it.each(cases)('$minutes minutes, stop $stop, $fill', async known => {
      const { minutes, fast, slow, stop, target, fill, end } = known
      const run = await runGolden({
        file: bids,
        asks,
        instrument: instrumentFor(instrument),
        strategy: fill === 'bracket' ? bracketed : crossing,
        params: { minutes, fast, slow, stop: stop ?? 9999, target: target ?? 9999, end: end * 1000 },
        start: 1_000_000,
        venue: { fillOn: fill === 'next' ? 'next' : 'same' },
      })
      const { ledger, ticks, counts } = run.end
      expect({ quotes: ticks, fills: ledger.fills, fees: ledger.fees, digest: digestOf(run) }).toEqual({
        quotes: known.quotes,
        fills: known.fills,
        fees: known.fees,
        digest: known.digest,
      })
      expect(ledger.balance - ledger.startBalance).toBe(known.profit)
      if (known.base !== undefined) expect(inBase(instrumentFor(instrument), run)).toBe(known.base)
      // Bid and ask of a bar are in the book together, so nothing is filled at what is older than the decision.
      expect(counts.worstQuoteAgeUs).toBe(0)
    })
  })
})
