import type { Lots, Ticks } from '../../engine/market/units.ts'
import type { Job } from './desk.ts'
import { fill, isBuy, type Scene } from './settle.ts'

/** Levels that an order walks through; what is left then is filled at the last. */
const LEVELS_MAX = 1000

/** Lots that the book has for the order within its limit. */
export function within({ desk, rules }: Scene, job: Job, touch: number): number {
  const { limit } = job.order
  const { shown, taken } = sideOf(desk.quote, job)
  if (limit === 0) return Number.POSITIVE_INFINITY
  return Math.max(0, (Math.floor(Math.abs(limit - touch) / rules.depthTicks!) + 1) * shown - taken)
}

/** Fills level by level, behind what others took of this quote; the price of each from the touch and its distance. */
export function walkBook(scene: Scene, job: Job, lots: number, priceAt: (ticksBehind: number) => Ticks): void {
  const { desk, rules } = scene
  for (let left = lots; left > 0; ) {
    const { shown, taken } = sideOf(desk.quote, job)
    const level = Math.min(LEVELS_MAX, Math.floor(taken / shown))
    const some = level === LEVELS_MAX ? left : Math.min(left, (level + 1) * shown - taken)
    fill(scene, job, { lots: some as Lots, price: priceAt(level * rules.depthTicks!), isMaker: false })
    left -= some
  }
}

/** Whether the quote tells a size that levels behind it may have, too. */
export const hasDepth = ({ desk, rules }: Scene, job: Job): boolean =>
  (rules.depthTicks ?? 0) > 0 && Number.isFinite(sideOf(desk.quote, job).shown)

function sideOf(quote: Scene['desk']['quote'], job: Job): { readonly shown: number; readonly taken: number } {
  const { askLots, askShown, bidLots, bidShown } = quote
  return isBuy(job) ? { shown: askShown, taken: askShown - askLots } : { shown: bidShown, taken: bidShown - bidLots }
}
