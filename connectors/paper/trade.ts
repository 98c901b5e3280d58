import { toLots, toTicks } from '../../engine/market/decimal.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Lots } from '../../engine/market/units.ts'
import { isBusy, type Job } from './desk.ts'
import { takeReached } from './ladder.ts'
import { passedOn } from './queue.ts'
import { outageAt } from './rules.ts'
import { fill, rest, type Scene, see } from './settle.ts'
import { meetQuote, passTime } from './show.ts'
import { reducible } from './work.ts'

/** Where orders are filled from trades, a print is a quote; beside quotes it moves the queues. */
export function showTrade(scene: Scene, trade: Trade): void {
  const { at, desk, rules } = scene
  const { fillsFrom = 'quotes' } = rules
  const { price: bid, size: bidSize } = trade
  if (fillsFrom === 'trades') {
    see(desk, { at: trade.at, bid, ask: bid, bidSize, askSize: bidSize }, rules)
    meetQuote(scene)
  } else if (fillsFrom === 'quotes' && rules.queue && isBusy(desk) && outageAt(rules, at)?.venue !== 'stands still') {
    passTime(scene)
    moveQueues(scene, trade)
  }
}

/**
 * What trades through the price of a resting limit fills it; what trades at its price, and came from the other side,
 * first fills those before it. No more is filled than the print traded.
 */
function moveQueues(scene: Scene, { price, size, side }: Trade): void {
  const { desk } = scene
  const ticks = toTicks(price, desk.terms)
  let left = size > 0 ? toLots(size, desk.terms) : 0
  const [buys, sells] = desk.ladders
  for (const ladder of [buys, sells]) {
    const due: number[] = []
    takeReached(ladder, ticks, due)
    for (const serial of due) {
      const job = desk.jobs.get(serial)
      if (job !== undefined) left -= fillFrom(scene, job, { ticks, lots: left, side })
    }
  }
}

interface Print {
  readonly ticks: number
  readonly lots: number
  readonly side: Trade['side']
}

/** Lots that the print filled. */
function fillFrom(scene: Scene, job: Job, { ticks, lots, side }: Print): number {
  const { limit } = job.order
  const isOpen = limit > 0 && job.trigger === 0 && !job.takes && job.from <= scene.at
  const came = ticks !== limit ? lots : side === job.order.side ? 0 : isOpen ? passedOn(job, lots) : 0
  const allowed = job.conditions.reduceOnly === 1 ? reducible(scene, job) : job.lotsLeft
  const filled = isOpen ? Math.min(came, allowed) : 0
  if (filled > 0) fill(scene, job, { lots: filled as Lots, price: limit, isMaker: true })
  if (job.lotsLeft + job.held > 0 && scene.desk.jobs.has(job.serial)) rest(scene, job)
  return filled
}
