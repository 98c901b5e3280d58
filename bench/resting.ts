import { paperVenue } from '../connectors/paper/venue.ts'
import { currency } from '../engine/market/cash.ts'
import { instrument } from '../engine/market/instrument.ts'
import type { Order } from '../engine/market/order.ts'
import type { Quote } from '../engine/market/quote.ts'
import { type Lots, type Micros, minor, type Ticks } from '../engine/market/units.ts'
import type { Answer } from '../engine/run/venue.ts'
import { type Measured, measure } from './measure.ts'
import { tickColumns, tickSource } from './ticks.ts'

const gold = instrument({ id: 'K0', venue: 'paper', tickSize: '0.01', lotSize: '1', quoteCurrency: 'USD', decimals: 2 })
const at0 = 1 as Micros

/**
 * Quotes past a paper venue where so many orders wait on both sides of the market: limits, stops and take-profits. None
 * is reached while it is measured; then a quote below and one above reach them all, and the checksum is how many fills
 * that made, and the balance.
 */
export async function measureResting(orders: number, rows: number): Promise<Measured> {
  const venue = paperVenue({ latencyUs: 0, startBalance: minor(1_000_000_000), currency: currency('USD', 2) })
  const answers: Answer[] = []
  const hear = (answer: Answer): void => void answers.push(answer)
  venue.define(gold)
  for (let i = 0; i < orders; i++) venue.submit(waiting(i), at0, hear)
  const ticks = tickColumns(Math.floor(rows / 10))
  const feed = tickSource(1)
  const quote = { at: at0, bid: 0, ask: 0, bidSize: 0, askSize: 0 } as { -readonly [Name in keyof Quote]: Quote[Name] }
  const show = (at: number, bid: number, ask: number): void => {
    quote.at = at as Micros
    quote.bid = bid
    quote.ask = ask
    venue.onQuote(gold.id, quote, hear)
  }
  const measured = await measure({
    size: ticks.count,
    prepare: () => feed(ticks),
    work() {
      for (let row = 0; row < ticks.count; row++) show(ticks.at[row]!, ticks.bid[row]!, ticks.ask[row]!)
    },
  })
  if (answers.some(({ type }) => type === 'fill')) throw new Error('an order was reached while it was measured')
  show(ticks.at.at(-1)! + 1, LOW / 100, (LOW + 1) / 100)
  show(ticks.at.at(-1)! + 2, HIGH / 100, (HIGH + 1) / 100)
  const fills = answers.filter(({ type }) => type === 'fill').length
  const account = answers.findLast(({ type }) => type === 'account')
  return { ...measured, checksum: `${fills}|${account?.type === 'account' ? account.value.balance : ''}` }
}

/** Ticks: far below and above the market, and what crosses all that waits there. */
const BELOW = 1000
const ABOVE = 20_000
const LOW = 500
const HIGH = 40_000
const SPREAD = 1000

const KINDS = [
  { type: 'limit', side: 'buy', isBelow: true },
  { type: 'limit', side: 'sell', isBelow: false },
  { type: 'stop', side: 'sell', isBelow: true },
  { type: 'stop', side: 'buy', isBelow: false },
  { type: 'take-profit', side: 'buy', isBelow: true },
] as const

const waiting = (i: number): Order => {
  const { type, side, isBelow } = KINDS[i % KINDS.length]!
  const price = ((isBelow ? BELOW : ABOVE) + (i % SPREAD)) as Ticks
  const plain = { id: `${i}`, instrument: gold.id, at: at0, type, side, lots: 1 as Lots, timeInForce: 'GTC' } as const
  return type === 'limit' ? { ...plain, limit: price } : { ...plain, limit: 0 as Ticks, trigger: price }
}
