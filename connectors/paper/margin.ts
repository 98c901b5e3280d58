import { formatMoney } from '../../engine/market/cash.ts'
import { exchanged } from '../../engine/market/conversion.ts'
import { notional } from '../../engine/market/decimal.ts'
import { type Margin, marginOn } from '../../engine/market/margin.ts'
import { type Order, PLAIN } from '../../engine/market/order.ts'
import type { Position } from '../../engine/market/position.ts'
import { type Lots, type Micros, type Minor, minor, type Ticks } from '../../engine/market/units.ts'
import { type Desk, expectQuote, isOpen, type Job, newJob, update } from './desk.ts'
import { outageAt, type Rules } from './rules.ts'
import { end, isBuy, legOf, ratesNow, type Scene, touchOf } from './settle.ts'

export const asksMargin = ({ margin, leverage }: Rules): boolean => margin !== undefined || leverage !== undefined

/** Why the account cannot carry what the order opens, at the touch; empty when it can. */
export function shortfall(scene: Scene, job: Job): string {
  const { state, desk, rules } = scene
  const margin = marginFor(rules, desk)
  if (margin === undefined || job.conditions.reduceOnly === 1) return ''
  const held = desk[legOf(rules, job) === 'short' ? 'short' : 'position']
  const after = (held.lots + (isBuy(job) ? job.lotsLeft : -job.lotsLeft)) as Lots
  if (Math.abs(after) <= Math.abs(held.lots)) return ''
  const { equity, wanted } = standing(scene, 'initial', held)
  const value = exchanged(notional(touchOf(desk, isBuy(job)), after, desk.terms), ratesNow(state, desk))
  const all = minor(wanted + marginOn(value, margin.initial))
  return all <= equity ? '' : `margin: with it positions want ${money(scene, all)}, ${worth(scene, equity)}`
}

/**
 * The margin call: when the account is worth less than what its open positions want to be kept, orders at the venue are
 * cancelled, and each position is closed at the next quote of its instrument by a market order of the venue's own.
 */
export function callMargin(scene: Scene): void {
  const { at, state, rules } = scene
  if (!asksMargin(rules) || outageAt(rules, at)?.venue === 'stands still') return
  const { equity, wanted } = standing(scene, 'maintenance')
  if (equity >= wanted) return
  const open = [...state.desks.values()].filter(desk => isOpen(desk) && !isCalled(desk))
  if (open.length === 0) return
  const reason = `margin call: positions want ${money(scene, wanted)}, ${worth(scene, equity)}`
  for (const desk of state.desks.values()) {
    for (const job of [...desk.jobs.values()])
      if (desk.jobs.has(job.serial) && !isCall(job)) end({ ...scene, desk }, job, 'cancelled', reason)
  }
  for (const desk of open)
    for (const { lots } of [desk.position, desk.short]) if (lots !== 0) close({ ...scene, desk }, lots, reason)
}

/** The lots are told as added: nobody has sent this order. */
function close({ state, desk, send }: Scene, held: Lots, reason: string): void {
  const { counts, now } = state
  counts.marginCalls = (counts.marginCalls ?? 0) + 1
  desk.serial += 1
  const order: Order = {
    ...PLAIN,
    id: `${CALL}${counts.marginCalls}`,
    instrument: desk.instrument.id,
    at: now as Micros,
    type: 'market',
    side: held > 0 ? 'sell' : 'buy',
    lots: Math.abs(held) as Lots,
    limit: 0 as Ticks,
    timeInForce: 'GTC',
    reduceOnly: 1,
  }
  send(update(state, order, { state: 'accepted', lotsLeft: -order.lots, reason }))
  expectQuote(desk, { ...newJob(order, desk.serial, now), rests: true })
}

const CALL = 'margin-call-'
const isCall = ({ order }: Job): boolean => order.id.startsWith(CALL)
const isCalled = ({ jobs }: Desk): boolean => [...jobs.values()].some(isCall)

/** What the account is worth, and what its open positions want, but for one; at the prices that would close them. */
function standing({ state, rules }: Scene, share: keyof Margin, except?: Position): { equity: Minor; wanted: Minor } {
  let [equity, wanted]: number[] = [state.balance, 0]
  for (const desk of state.desks.values()) {
    const margin = marginFor(rules, desk)
    for (const position of [desk.position, desk.short]) {
      if (position.lots === 0) continue
      const value = marked(desk, position)
      const rates = ratesNow(state, desk)
      equity! += exchanged(value - position.cost, rates)
      if (margin !== undefined && position !== except) wanted! += marginOn(exchanged(value, rates), margin[share])
    }
  }
  return { equity: minor(equity!), wanted: minor(wanted!) }
}

/** Where a side has no price, what was paid. */
function marked(desk: Desk, { lots, cost }: Position): Minor {
  const mark = touchOf(desk, lots < 0)
  return mark > 0 ? notional(mark, lots, desk.terms) : cost
}

const marginFor = ({ margin, leverage }: Rules, { instrument }: Desk): Margin | undefined =>
  margin?.[instrument.id] ??
  (leverage === undefined ? undefined : { initial: 1 / leverage, maintenance: 0.5 / leverage })

const money = ({ rules }: Scene, amount: Minor): string => formatMoney(amount, rules.currency)
const worth = (scene: Scene, equity: Minor): string => `the account is worth ${money(scene, equity)}`
