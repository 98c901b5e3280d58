import type { Block } from '../log/block.ts'
import { type Terms, toPrice } from '../market/decimal.ts'
import { isCommand, isWorking, type Order, type OrderUpdate, type Side } from '../market/order.ts'
import { quotes, trades } from '../market/topics.ts'
import { count, type Histogram, histogram } from '../time/histogram.ts'
import type { Answer } from './venue.ts'

/**
 * What became of our orders: how many came to which state, how soon the venue answered and at what price it filled.
 * A fold over orders and answers; plain data, saved and restored with the run.
 */
export interface OrderTally {
  /** Orders that came to a state: one is counted in each that it passes. */
  readonly states: Record<OrderState, number>
  /** Sent and not ended, by order id. */
  readonly working: Map<string, Working>
  /** From an order to the first answer, event time, microseconds. */
  readonly ackUs: Histogram
  /** Of a fill, against what the deciding row showed; above 0 is worse for us. */
  readonly slippageBps: Histogram
}

/** `filled`: in full. */
export type OrderState = 'sent' | 'filled' | OrderUpdate['state']

interface Working {
  readonly sentAt: number
  readonly side: Side
  lotsLeft: number
  /** Quote currency; NaN where the deciding row showed none. */
  readonly shown: number
  isAcked: boolean
}

/** Orders beyond it are counted as sent and not followed. */
const WORKING_MAX = 100_000

const ACK_US = [100, 1_000, 5_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 3_000_000, 10_000_000]
const SLIPPAGE_BPS = [-10, -5, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 5, 10, 50]

export const orderTally = (): OrderTally => ({
  states: { sent: 0, accepted: 0, amended: 0, triggered: 0, filled: 0, rejected: 0, cancelled: 0, expired: 0 },
  working: new Map(),
  ackUs: histogram(ACK_US),
  slippageBps: histogram(SLIPPAGE_BPS),
})

export const tallyOrder = (
  { states, working }: OrderTally,
  { id, at, type, side, lots }: Order,
  shown: number,
): void => {
  states.sent += 1
  if (isCommand({ type }) || working.size >= WORKING_MAX) return
  working.set(id, { sentAt: at, side, lotsLeft: lots, shown, isAcked: false })
}

export const tallyAnswer = (tally: OrderTally, answer: Answer, terms: Terms | undefined): void => {
  if (answer.type !== 'fill' && answer.type !== 'update') return
  const { states, working, ackUs, slippageBps } = tally
  const { at, orderId } = answer.value
  const order = working.get(orderId)
  if (order && !order.isAcked) {
    order.isAcked = true
    count(ackUs, at - order.sentAt)
  }
  if (answer.type === 'update') {
    states[answer.value.state] += 1
    if (!isWorking(answer.value)) working.delete(orderId)
    else if (order) order.lotsLeft -= answer.value.lotsLeft
  } else if (order && terms) {
    const { price, lots } = answer.value
    if (order.shown > 0) count(slippageBps, worse(order, toPrice(price, terms)))
    order.lotsLeft -= lots
    if (order.lotsLeft > 0) return
    states.filled += 1
    working.delete(orderId)
  }
}

const worse = ({ side, shown }: Working, price: number): number =>
  ((side === 'buy' ? price - shown : shown - price) / shown) * 10_000

/** The price at which a row showed the instrument to who buys or sells: of a quote the touch, of a trade its price. */
export const shownAt = (block: Block, row: number, instrument: string, side: Side): number => {
  if (block.keys[block.key[row]!] !== instrument) return Number.NaN
  const { id } = block.schema
  const column = id === quotes.schema.id ? (side === 'buy' ? 'ask' : 'bid') : id === trades.schema.id ? 'price' : ''
  return Number(block.columns[column]?.[row] ?? Number.NaN)
}
