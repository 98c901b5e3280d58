import type { Rates } from '../market/conversion.ts'
import type { Fill, Leg } from '../market/fill.ts'
import type { Payment } from '../market/financing.ts'
import type { OrderUpdate } from '../market/order.ts'
import type { Schema, Stamped, Topic } from '../market/topic.ts'
import { conditionalIntents, intents } from '../market/topics.ts'
import type { Lots, Micros, Minor, Ticks } from '../market/units.ts'
import type { Answer } from './venue.ts'

/**
 * One answer of the venue as the mailbox had it: `after` rows of the market had been stepped when it was heard. With
 * the market topic this is the whole mailbox of a run, whatever the blocks were cut like.
 */
export interface Execution extends Stamped {
  readonly after: number
  readonly type: Answer['type']
  readonly orderId: string
  readonly side: string
  /** Of an update; of a fill its leg, if it has one. */
  readonly state: string
  readonly reason: string
  /** Of a fill: its lots; of an update: the lots left. */
  readonly lots: number
  readonly price: number
  /** Of a payment: its amount. */
  readonly fee: number
  readonly quoteAgeUs: number
  readonly balance: number
}

/** Where a run stood after a record of the mailbox: lets a replay name the first record that differs. */
export interface Checkpoint extends Stamped {
  readonly offset: number
  readonly rows: number
  /** Digests up to here: of the rows, and of the fills that were heard. */
  readonly input: string
  readonly fills: string
}

const schema = (id: number, name: string, f64: Readonly<Record<string, string>>, text: readonly string[]): Schema => ({
  id,
  name,
  fields: [
    ...text.map(field => ({ name: field, type: 'text' as const, unit: 'text' })),
    ...Object.entries(f64).map(([field, unit]) => ({ name: field, type: 'f64' as const, unit })),
  ],
})

const money = 'minor units'

const dealt = { lots: 'lots', price: 'ticks', fee: money, quoteAgeUs: 'us' }
const answered = { after: 'rows', ...dealt, balance: money }
const words = ['type', 'orderId', 'side', 'state', 'reason']
const rates = { sell: 'minor units of the account', buy: 'minor units of the account' }

/** Fills in other money than the account's stand in the same topic as rows of `turnedExecutions`. */
export const executions: Topic<Execution> = { name: 'executions', schema: schema(30, 'execution', answered, words) }

export const turnedExecutions: Topic<Execution & Rates> = {
  name: executions.name,
  schema: schema(38, 'turned-execution', { ...answered, ...rates }, words),
}

export const equity: Topic<Stamped> = {
  name: 'equity',
  schema: schema(31, 'equity', { balance: money, unrealised: money, equity: money, drawdown: money }, []),
}

export const checkpoints: Topic<Checkpoint> = {
  name: 'checkpoints',
  schema: schema(32, 'checkpoint', { offset: 'records', rows: 'rows' }, ['input', 'fills']),
}

/** What digests take in of orders, fills and updates: all but order ids, which depend on how a topic was cut. */
export const fillFacts: Schema = schema(33, 'fill-facts', dealt, ['side'])
export const turnedFillFacts: Schema = schema(39, 'turned-fill-facts', { ...dealt, ...rates }, ['side'])
export const orderFacts: Schema = { ...intents.schema, id: 35, name: 'order-facts' }
export const conditionalFacts: Schema = { ...conditionalIntents.schema, id: 36, name: 'conditional-facts' }
export const paymentFacts: Schema = schema(37, 'payment-facts', { amount: money }, ['reason'])
export const updateFacts: Schema = schema(34, 'update-facts', { lotsLeft: 'lots' }, ['state', 'side', 'reason'])

export const executionOf = (answer: Answer, after: number): Execution | (Execution & Rates) => {
  const blank = {
    after,
    orderId: '',
    side: '',
    state: '',
    reason: '',
    lots: 0,
    price: 0,
    fee: 0,
    quoteAgeUs: 0,
    balance: 0,
  }
  if (answer.type === 'fill') {
    const { leg = '', ...fill } = answer.value
    return { ...blank, ...fill, ...answer.rates, state: leg, type: 'fill' }
  }
  if (answer.type === 'account') return { ...blank, ...answer.value, type: 'account' }
  if (answer.type === 'payment') {
    const { at, reason, amount } = answer.value
    return { ...blank, at, reason, fee: amount, type: 'payment' }
  }
  const { at, orderId, side, state, reason, lotsLeft } = answer.value
  return { ...blank, at, orderId, side, state, reason, lots: lotsLeft, type: 'update' }
}

export const answerOf = (instrument: string, row: Execution & Partial<Rates>): Answer => {
  const at = row.at as Micros
  if (row.type === 'account') return { type: 'account', value: { at, balance: row.balance as Minor } }
  const { orderId, lots, fee, price, quoteAgeUs, reason } = row
  const side = row.side as Fill['side']
  if (row.type === 'fill') {
    const value: Fill = { at, orderId, side, lots: lots as Lots, price: price as Ticks, fee: fee as Minor, quoteAgeUs }
    const { sell, buy, state: leg } = row
    const legged = leg === '' ? value : { ...value, leg: leg as Leg }
    return { type: 'fill', instrument, value: legged, ...(sell && buy && { rates: { sell, buy } }) }
  }
  if (row.type === 'payment') {
    const value = { at, reason: reason as Payment['reason'], amount: fee as Minor }
    return { type: 'payment', instrument, value }
  }
  const state = row.state as OrderUpdate['state']
  return { type: 'update', instrument, value: { at, orderId, state, lotsLeft: lots as Lots, side, reason } }
}
