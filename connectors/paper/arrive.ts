import { missingCross } from '../../engine/market/crosses.ts'
import { contradiction } from '../../engine/market/intent.ts'
import { isCommand, type Order } from '../../engine/market/order.ts'
import {
  type Desk,
  expectQuote,
  JOBS_MAX,
  type Job,
  newJob,
  type PaperState,
  refuse,
  type Send,
  sendOff,
  update,
  wake,
} from './desk.ts'
import { latencyOf } from './latency.ts'
import { refusalAt, sessionEndOf } from './rules.ts'
import { begin, end, register, type Scene, unrest } from './settle.ts'
import { workFresh } from './work.ts'

/** Counts an order; it is refused, and false given, when it does not come in. */
export function admits(state: PaperState, order: Order, desk: Desk | undefined, send: Send): desk is Desk {
  if (!isCommand(order)) state.counts.orders += 1
  const reason = objection(state, order, desk)
  if (reason !== '') refuse(state, order, reason, send)
  return reason === ''
}

/** Why the venue does not take the order, the rule first; empty when it does. */
function objection({ crosses }: PaperState, order: Order, desk: Desk | undefined): string {
  const { instrument } = order
  if (desk === undefined) return `unknown-instrument: ${instrument} has no definition here`
  const missing = crosses.foreign.has(instrument) ? missingCross(crosses, instrument) : ''
  if (missing !== '') return `currency: ${instrument} is paid in ${desk.instrument.quoteCurrency}, and ${missing}`
  const count = desk.coming.length + desk.jobs.size
  if (count >= JOBS_MAX) return `orders-working: ${JOBS_MAX}, expected fewer`
  return contradiction(order) ?? ''
}

/** An order sets out; where fills on the deciding quote are allowed, it is there at once. */
export function receive(scene: Scene, order: Order): void {
  const { at, desk, rules } = scene
  desk.serial += 1
  const job = newJob(order, desk.serial, at + travelUs(scene, order))
  if (rules.fillOn !== 'same' || desk.quote.at !== at) sendOff(desk, job)
  else if (!arrive(scene, job)) return
  // The quote in hand has filled the parent already.
  else if (job.conditions.parent !== '') begin(scene, job)
  else start(scene, job)
}

/** Legs of one decision that name each other travel together. No ids here: they depend on how the tape was cut. */
function travelUs({ at, desk, rules }: Scene, order: Order): number {
  const { latencyUs, cancelLatencyUs = latencyUs } = rules
  if (isCommand(order)) return latencyOf(cancelLatencyUs, `${order.instrument} ${desk.serial}`)
  const name = order.parent || order.ref
  return latencyOf(latencyUs, `${order.instrument} ${name ? `${name} ${at}` : desk.serial}`)
}

/** What arrives: a command is carried out, an order taken in; true when the quote is to be shown to it. */
export function arrive(scene: Scene, job: Job): boolean {
  const { state, desk, rules, send } = scene
  const { order } = job
  const refusal = refusalAt(rules, job.from, `${order.instrument} ${job.serial}`)
  if (refusal !== '') return reject(scene, order, refusal)
  if (isCommand(order)) return command(scene, job)
  if (order.timeInForce === 'GTD') job.until = job.conditions.until
  else if (order.timeInForce === 'DAY') job.until = sessionEndOf(rules, order.instrument, job.from)
  const { ref, parent, group } = job.conditions
  if (ref !== '' && desk.refs.has(ref)) return reject(scene, order, `ref: an order named '${ref}' is working`)
  const isKnown = parent === '' || desk.refs.has(parent) || desk.ended.has(parent)
  if (!isKnown) return reject(scene, order, `parent: there is no order named '${parent}'`)
  if (job.until <= state.now) {
    state.counts.expired += 1
    desk.ended.delete(ref)
    send(
      update(state, order, {
        state: 'expired',
        lotsLeft: order.lots,
        reason: `${order.timeInForce}: it came at its end ${job.until} or later`,
      }),
    )
    return false
  }
  if (ref !== '' || parent !== '' || group !== '') register(desk, job)
  return parent === '' || adopt(scene, job)
}

/** Shows the quote to what came with it. */
export function start(scene: Scene, job: Job): void {
  const { desk } = scene
  if (!desk.jobs.has(job.serial) && isNamed(job)) return
  if (!workFresh(scene, job)) expectQuote(desk, job)
}

/** Ends what has come to its time. */
export function expire(scene: Scene): void {
  const { state, desk } = scene
  let next = Number.POSITIVE_INFINITY
  for (const job of [...desk.jobs.values()]) {
    if (!desk.jobs.has(job.serial)) continue
    if (job.until <= state.now) end(scene, job, 'expired', `${job.order.timeInForce}: it ended at ${job.until}`)
    else if (job.until < next) next = job.until
  }
  desk.nextEnd = next
}

export const isNamed = ({ conditions: { ref, parent, group } }: Job): boolean =>
  ref !== '' || parent !== '' || group !== ''

function reject({ state, send }: Scene, order: Order, reason: string): false {
  refuse(state, order, reason, send)
  return false
}

/** A child is held until its parent fills; what that had filled before is its own at once. */
function adopt(scene: Scene, job: Job): boolean {
  const { state, desk, send } = scene
  const { parent } = job.conditions
  const working = desk.refs.get(parent)
  const filled = working === undefined ? desk.ended.get(parent)! : desk.jobs.get(working)!.filled
  job.held = job.lotsLeft
  job.lotsLeft = 0
  if (working === undefined && filled === 0) {
    end(scene, job, 'cancelled', `one-triggers-other: '${parent}' ended with 0 lots filled`)
    return false
  }
  job.rests = true
  send(update(state, job.order, { state: 'accepted', lotsLeft: 0, reason: '' }))
  if (job.until < desk.nextEnd) desk.nextEnd = job.until
  const given = Math.min(filled, job.held)
  job.held -= given
  job.lotsLeft += given
  if (working === undefined && job.held > 0) {
    send(
      update(state, job.order, {
        state: 'amended',
        lotsLeft: job.held,
        reason: `one-triggers-other: '${parent}' ended with ${filled} lots filled`,
      }),
    )
    job.held = 0
  }
  return given > 0
}

function command(scene: Scene, asked: Job): boolean {
  const { desk } = scene
  const { order, conditions } = asked
  const serial = desk.refs.get(conditions.ref)
  const job = serial === undefined ? undefined : desk.jobs.get(serial)
  if (job === undefined) return reject(scene, order, `${order.type}: no order named '${conditions.ref}' is working`)
  if (order.type === 'cancel') end(scene, job, 'cancelled', 'cancelled on request')
  else amend(scene, job, asked)
  return false
}

/** The order gets new numbers and is looked at anew, behind those of its price; with fewer lots it keeps its place. */
function amend(scene: Scene, job: Job, asked: Job): void {
  const { state, desk, send } = scene
  const { order } = job
  const { lots, limit } = asked.order
  const { trigger } = asked.conditions
  const refused = obstacle(job, asked)
  if (refused !== '') return void refuse(state, asked.order, refused, send)
  if (lots > 0 && lots <= job.filled) {
    return void end(scene, job, 'cancelled', `amend: ${job.filled} lots are filled already`)
  }
  const changed = { ...order, limit: limit > 0 ? limit : order.limit, lots: lots > 0 ? lots : order.lots }
  const less = order.lots - changed.lots
  const isInPlace = changed.limit === order.limit && trigger === 0 && less >= 0
  if (!isInPlace) {
    unrest(desk, job)
    job.ahead = Number.NaN
  }
  job.order = changed
  job.lotsLeft -= less
  if (trigger > 0) job.trigger = trigger
  send(update(state, order, { state: 'amended', lotsLeft: less, reason: 'amended on request' }))
  if (isInPlace || job.lotsLeft === 0) return
  job.from = Math.max(job.from, asked.from)
  // What came with this quote, or waits for one with a price, is looked at in any case.
  if (job.rests) wake(desk, job.serial)
}

/** Why the order cannot be amended so; empty when it can. */
function obstacle({ order, conditions, trigger }: Job, { order: asked, conditions: { trigger: next } }: Job): string {
  if (asked.limit > 0 && order.limit === 0) return 'amend: the order has no limit'
  if (next > 0 && (trigger === 0 || order.type === 'trailing')) return 'amend: the order waits for no trigger'
  if (asked.lots > 0 && conditions.parent !== '') return 'amend: the quantity is that of the parent'
  return ''
}
