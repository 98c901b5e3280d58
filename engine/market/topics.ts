import type { Account } from './account.ts'
import type { Bar } from './bar.ts'
import type { BookDeltaLevel, BookSnapshotLevel } from './book.ts'
import type { ClockRecord } from './clock.ts'
import type { Fill } from './fill.ts'
import type { Instrument } from './instrument.ts'
import type { Conditions, Intent, Order, OrderUpdate } from './order.ts'
import type { Quote } from './quote.ts'
import type { Field, Schema, Topic } from './topic.ts'
import type { Trade } from './trade.ts'

const number = (name: string, unit: string): Field => ({ name, type: 'f64', unit })
const text = (name: string, unit: string): Field => ({ name, type: 'text', unit })
const schema = (id: number, name: string, ...fields: Field[]): Schema => ({ id, name, fields })

export const quotes: Topic<Quote> = {
  name: 'quotes',
  schema: schema(
    1,
    'quote',
    number('bid', 'quote currency'),
    number('ask', 'quote currency'),
    number('bidSize', 'base units'),
    number('askSize', 'base units'),
  ),
}

export const trades: Topic<Trade> = {
  name: 'trades',
  schema: schema(
    2,
    'trade',
    number('price', 'quote currency'),
    number('size', 'base units'),
    text('side', 'aggressor'),
  ),
}

export const bars: Topic<Bar> = {
  name: 'bars',
  schema: schema(
    3,
    'bar',
    number('start', 'us'),
    number('open', 'quote currency'),
    number('high', 'quote currency'),
    number('low', 'quote currency'),
    number('close', 'quote currency'),
    number('volume', 'base units'),
    number('count', 'inputs'),
  ),
}

export const clock: Topic<ClockRecord> = { name: 'clock', schema: schema(4, 'clock') }

export const instruments: Topic<Instrument> = {
  name: 'instruments',
  schema: schema(
    5,
    'instrument',
    text('id', 'instrument'),
    text('venue', 'venue'),
    text('tickSize', 'quote currency, decimal'),
    text('lotSize', 'base units, decimal'),
    text('multiplier', 'decimal'),
    text('quoteCurrency', 'ISO 4217 or venue code'),
    number('decimals', 'decimal places'),
    number('takerFeeBps', 'bps'),
    number('makerFeeBps', 'bps'),
  ),
}

const intent: readonly Field[] = [
  text('type', 'order type'),
  text('side', 'buy or sell'),
  number('lots', 'lots'),
  number('limit', 'ticks'),
  text('timeInForce', 'IOC, FOK, GTC, GTD or DAY'),
]
const order: readonly Field[] = [text('id', 'client order id'), text('instrument', 'instrument'), ...intent]
const conditions: readonly Field[] = [
  number('trigger', 'ticks'),
  number('trail', 'ticks'),
  number('trailBps', 'bps'),
  number('until', 'us'),
  number('postOnly', '0 or 1'),
  number('reduceOnly', '0 or 1'),
  text('ref', 'own name of the order'),
  text('parent', 'ref'),
  text('group', 'name of the group'),
]

/** Plain ones; those with conditions stand in the same topic as rows of `conditionalIntents`. */
export const intents: Topic<Intent> = { name: 'intents', schema: schema(6, 'intent', ...intent) }

export const conditionalIntents: Topic<Intent & Conditions> = {
  name: intents.name,
  schema: schema(13, 'conditional-intent', ...intent, ...conditions),
}

/** Plain ones; those with conditions stand in the same topic as rows of `conditionalOrders`. */
export const orders: Topic<Order> = { name: 'orders', schema: schema(7, 'order', ...order) }

export const conditionalOrders: Topic<Order & Conditions> = {
  name: orders.name,
  schema: schema(14, 'conditional-order', ...order, ...conditions),
}

export const orderUpdates: Topic<OrderUpdate> = {
  name: 'order-updates',
  schema: schema(
    8,
    'order-update',
    text('orderId', 'client order id'),
    text('state', 'accepted, amended, triggered, rejected, cancelled or expired'),
    number('lotsLeft', 'lots'),
    text('side', 'buy or sell'),
    text('reason', 'venue words'),
  ),
}

export const fills: Topic<Fill> = {
  name: 'fills',
  schema: schema(
    9,
    'fill',
    text('orderId', 'client order id'),
    text('side', 'buy or sell'),
    number('lots', 'lots'),
    number('price', 'ticks'),
    number('fee', 'minor units'),
    number('quoteAgeUs', 'us'),
  ),
}

export const accounts: Topic<Account> = {
  name: 'accounts',
  schema: schema(10, 'account', number('balance', 'minor units')),
}

export const bookDeltas: Topic<BookDeltaLevel> = {
  name: 'book-deltas',
  schema: schema(
    11,
    'book-delta',
    text('side', 'bid, ask or none'),
    number('price', 'quote currency'),
    number('size', 'base units'),
    number('first', 'sequence'),
    number('last', 'sequence'),
    number('previous', 'sequence'),
    number('isFinal', '0 or 1'),
  ),
}

export const bookSnapshots: Topic<BookSnapshotLevel> = {
  name: 'book-snapshots',
  schema: schema(
    12,
    'book-snapshot',
    text('side', 'bid, ask or none'),
    number('price', 'quote currency'),
    number('size', 'base units'),
    number('last', 'sequence'),
    number('isFinal', '0 or 1'),
  ),
}
