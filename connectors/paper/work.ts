import { toTicks } from '../../engine/market/decimal.ts'
import type { Lots, Ticks } from '../../engine/market/units.ts'
import { hasDepth, walkBook, within } from './depth.ts'
import { type Desk, type Job, update } from './desk.ts'
import { isReached, takeReached } from './ladder.ts'
import { asksMargin, shortfall } from './margin.ts'
import { passedOn } from './queue.ts'
import { end, fill, isBuy, isWithin, legOf, rest, type Scene, touchOf, unrest } from './settle.ts'

/** Shows the quote to all that waits: limits by price and then age, after them what it triggers, by age. */
export function workResting(scene: Scene): void {
  const { desk } = scene
  const touch = { ask: touchOf(desk, true), bid: touchOf(desk, false) }
  const due: number[] = []
  for (const ladder of desk.ladders) if (touch[ladder.touch] > 0) takeReached(ladder, touch[ladder.touch], due)
  const { jobs, quote, trailing } = desk
  const followed = trailing.map(serial => jobs.get(serial)!).filter(({ from }) => from <= quote.at)
  for (const job of followed) if (job.lotsLeft > 0 && isTrailReached(job, touch)) due.push(job.serial)
  const triggered: Job[] = []
  for (const serial of due) {
    const job = jobs.get(serial)
    if (job === undefined) continue
    if (quote.at < job.from || job.lotsLeft === 0) rest(scene, job)
    else if (job.trigger > 0) triggered.push(job)
    else work(scene, job, job.order.limit > 0 && !job.takes)
  }
  triggered.sort((a, b) => a.serial - b.serial)
  for (const job of triggered) if (jobs.has(job.serial)) trigger(scene, job)
  for (const job of followed) if (!job.isTriggered) follow(job, touch)
  if (desk.taking.length > 0) desk.taking = desk.taking.filter(serial => goesOnTaking(scene, jobs.get(serial)))
}

/** Until the market is seen beyond its limit: then it stands in the book. */
function goesOnTaking({ desk }: Scene, job: Job | undefined): boolean {
  if (job === undefined) return false
  const touch = touchOf(desk, isBuy(job))
  job.takes = job.from > desk.quote.at || touch <= 0 || isWithin(job, touch)
  return job.takes
}

/** Whether the quote reaches anything that waits: most do not, so this asks little. */
export function reachesAny(desk: Desk): boolean {
  const { ladders, taking, trailing } = desk
  const [buys, sells, buyStops, sellStops] = ladders
  if (trailing.length + taking.length > 0) return true
  const ask = buys.keys.length + buyStops.keys.length > 0 ? touchOf(desk, true) : 0
  if (ask > 0 && (isReached(buys, ask) || isReached(buyStops, ask))) return true
  const bid = sells.keys.length + sellStops.keys.length > 0 ? touchOf(desk, false) : 0
  return bid > 0 && (isReached(sells, bid) || isReached(sellStops, bid))
}

/** Shows the quote to an order that has just come: true unless the quote has no price for it. */
export function workFresh(scene: Scene, job: Job): boolean {
  const { order } = job
  const touch = touchOf(scene.desk, isBuy(job))
  if (touch <= 0) return false
  const missing = asksMargin(scene.rules) ? shortfall(scene, job) : ''
  if (job.lotsLeft === 0) {
    rest(scene, job)
  } else if (missing !== '') {
    end(scene, job, job.rests ? 'cancelled' : 'rejected', missing)
  } else if (order.type === 'trailing' && job.trigger === 0 && !job.isTriggered) {
    job.trigger = behind(job, touch)
    rest(scene, job)
  } else if (job.trigger > 0) {
    const isUp = isBuy(job) === (order.type !== 'take-profit')
    const isReached = isUp ? touch >= job.trigger : touch <= job.trigger
    if (!isReached && order.type === 'trailing') follow(job, { bid: touch, ask: touch })
    if (isReached) trigger(scene, job)
    else rest(scene, job)
  } else if (job.conditions.postOnly === 1 && isWithin(job, touch)) {
    end(scene, job, 'cancelled', `post-only: ${touchName(job)} is ${touch} ticks, the limit ${order.limit}`)
  } else {
    work(scene, job, false)
  }
  return true
}

function trigger(scene: Scene, job: Job): void {
  const { state, desk, send } = scene
  unrest(desk, job)
  // Its group has taken its lots: it waits for those that its parent fills.
  if (job.lotsLeft === 0) return void rest(scene, job)
  job.trigger = 0
  job.isTriggered = true
  job.rests = true
  const reason = `${touchName(job)} is ${touchOf(desk, isBuy(job))} ticks`
  send(update(state, job.order, { state: 'triggered', lotsLeft: 0, reason: reason }))
  work(scene, job, false)
}

/** Fills what the quote has for the order; the rest waits or ends, as its time in force says. */
function work(scene: Scene, job: Job, isMaker: boolean): void {
  const { desk } = scene
  const { order } = job
  const touch = touchOf(desk, isBuy(job))
  if (order.limit > 0 && !isWithin(job, touch)) {
    unfilled(scene, job, `${touchName(job)} is ${touch} ticks, the limit ${order.limit}`)
    return
  }
  const allowed = job.conditions.reduceOnly === 1 ? reducible(scene, job) : job.lotsLeft
  if (allowed === 0) {
    end(scene, job, 'cancelled', 'reduce-only: there is no position to reduce')
    return
  }
  const isWalking = !isMaker && hasDepth(scene, job)
  const size = isWalking ? within(scene, job, touch) : sizeFor(scene, job, { touch, isMaker })
  const lots = Math.min(allowed, job.lotsLeft, size)
  if (order.timeInForce === 'FOK' && lots < job.lotsLeft) {
    end(scene, job, 'expired', `fill-or-kill: ${lots} of ${job.lotsLeft} lots can be filled`)
    return
  }
  if (isWalking) walkBook(scene, job, lots, behind => takenAt(scene, job, { touch, behind }))
  else if (lots > 0) {
    const price = isMaker ? restedAt(scene, job, touch) : takenAt(scene, job, { touch, behind: 0 })
    fill(scene, job, { lots: lots as Lots, price, isMaker })
  }
  if (job.lotsLeft + job.held === 0) return
  if (!isMaker) keepsTaking(scene, job)
  left(scene, job, allowed - lots, size - lots)
}

function sizeFor(
  { desk, rules }: Scene,
  job: Job,
  { touch, isMaker }: { readonly touch: Ticks; readonly isMaker: boolean },
): number {
  const shown = isBuy(job) ? desk.quote.askLots : desk.quote.bidLots
  return isMaker && rules.queue === true && touch === job.order.limit ? passedOn(job, shown) : shown
}

/** What a quote left of an order. */
function left(scene: Scene, job: Job, allowed: number, size: number): void {
  if (allowed === 0 && job.lotsLeft > 0) end(scene, job, 'cancelled', 'reduce-only: the position is closed')
  else unfilled(scene, job, `the quote has ${size} lots left`)
}

function unfilled(scene: Scene, job: Job, reason: string): void {
  const { timeInForce } = job.order
  if (timeInForce === 'IOC' || timeInForce === 'FOK') end(scene, job, 'expired', reason)
  else rest(scene, job)
}

/** It found a price within its limit, but not enough of it. */
function keepsTaking({ desk }: Scene, job: Job): void {
  if (job.order.limit === 0 || job.takes) return
  job.takes = true
  desk.taking.push(job.serial)
}

/** The own price of what rested; of a bar that opens beyond it the open, for nothing traded before. */
function restedAt(scene: Scene, job: Job, touch: Ticks): Ticks {
  if (scene.rules.fillsFrom !== 'bars') return job.order.limit
  countOffGrid(scene, job, touch)
  return touch
}

/** The touch, how far behind it the level is, and slippage, within the limit; ticks. */
function takenAt(scene: Scene, job: Job, { touch, behind }: { readonly touch: Ticks; readonly behind: number }): Ticks {
  const { rules } = scene
  const { limit } = job.order
  countOffGrid(scene, job, touch)
  const away = behind + (rules.slippageTicks ?? 0)
  if (isBuy(job)) return (limit > 0 ? Math.min(limit, touch + away) : touch + away) as Ticks
  return Math.max(limit, touch - away, 1) as Ticks
}

function countOffGrid({ state, desk }: Scene, job: Job, touch: Ticks): void {
  const { quote, terms } = desk
  const rounded = isBuy(job) ? toTicks(quote.ask, terms, 'down') : toTicks(quote.bid, terms, 'up')
  if (rounded !== touch) state.counts.offGridPrices += 1
}

export function reducible({ desk, rules }: Scene, job: Job): number {
  const held = legOf(rules, job) === 'short' ? desk.short.lots : desk.position.lots
  return Math.min(job.lotsLeft, Math.max(0, isBuy(job) ? -held : held))
}

const touchName = (job: Job): string => (isBuy(job) ? 'the ask' : 'the bid')

interface Touch {
  readonly bid: number
  readonly ask: number
}

const isTrailReached = (job: Job, { bid, ask }: Touch): boolean =>
  isBuy(job) ? ask >= job.trigger : bid > 0 && bid <= job.trigger

/** Only ever nearer to the touch. */
function follow(job: Job, { bid, ask }: Touch): void {
  const touch = isBuy(job) ? ask : bid
  if (touch <= 0) return
  const next = behind(job, touch)
  if (isBuy(job) ? next < job.trigger : next > job.trigger) job.trigger = next
}

/** Where the trailing stop stands for a touch; a share is rounded away from it. At least 1: 0 is no trigger. */
function behind(job: Job, touch: number): number {
  const { trail, trailBps } = job.conditions
  const distance = trail > 0 ? trail : Math.ceil((touch * trailBps) / 10_000)
  return isBuy(job) ? touch + distance : Math.max(1, touch - distance)
}
