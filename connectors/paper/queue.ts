import { toTicks } from '../../engine/market/decimal.ts'
import type { Desk, Job } from './desk.ts'
import { jobsFrom } from './ladder.ts'
import type { Scene } from './settle.ts'

/** A limit that begins to rest stands behind all that is displayed at its price. */
export function joinQueue({ desk, rules }: Scene, job: Job): void {
  if (job.order.limit === 0 || job.trigger > 0 || job.takes || !Number.isNaN(job.ahead)) return
  if (rules.fillsFrom === 'trades') job.ahead = Number.POSITIVE_INFINITY
  else seeQueue(desk, job)
}

/** Each quote tells what stands at the touch: no more is before an order there, and nothing before a better one. */
export function updateQueues({ desk, rules }: Scene): void {
  if (rules.fillsFrom === 'trades') return
  const [buys, sells] = desk.ladders
  for (const ladder of [buys, sells]) {
    if (ladder.keys.length === 0) continue
    const own = ownTouch(desk, ladder === buys)
    for (const serial of own > 0 ? jobsFrom(ladder, own) : []) seeQueue(desk, desk.jobs.get(serial)!)
  }
}

/** Of so many lots that trade at its price, those that come to the order. */
export function passedOn(job: Job, lots: number): number {
  const { ahead } = job
  if (Number.isNaN(ahead) || ahead === Number.POSITIVE_INFINITY) return 0
  job.ahead = Math.max(0, ahead - lots)
  return Math.max(0, lots - ahead)
}

function seeQueue(desk: Desk, job: Job): void {
  const isBuy = job.order.side === 'buy'
  const own = ownTouch(desk, isBuy)
  const { limit } = job.order
  if (own > 0 && (isBuy ? limit < own : limit > own)) return
  const shown = limit === own ? (isBuy ? desk.quote.bidLots : desk.quote.askLots) : 0
  job.ahead = Number.isNaN(job.ahead) ? shown : Math.min(job.ahead, shown)
}

/** What is displayed on the side where such limits stand; ticks. */
const ownTouch = ({ quote, terms }: Desk, isBuy: boolean): number => toTicks(isBuy ? quote.bid : quote.ask, terms)
