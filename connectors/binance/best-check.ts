import { type OrderBook, priceAt, sizeAt } from '../../engine/market/order-book.ts'

/** A book that was put together, held against the best bid and offer that the venue tells itself. Plain data. */
export interface BestCheck {
  compared: number
  equal: number
  /** What one side told and the other did not yet. */
  readonly quoted: Waiting
  readonly built: Waiting
}

/** By update number, in two generations: the older one is forgotten as a whole. */
interface Waiting {
  recent: Map<number, Best>
  before: Map<number, Best>
}

/** Bid, its size, ask, its size. */
export type Best = readonly [bid: number, bidSize: number, ask: number, askSize: number]

export const bestCheck = (): BestCheck => ({ compared: 0, equal: 0, quoted: waiting(), built: waiting() })

/** The venue told its best at that update. */
export const takeQuoted = (check: BestCheck, update: number, best: Best): void =>
  meet(check, { update, best, from: check.built, to: check.quoted })

/** The book stands at that update. */
export const takeBuilt = (check: BestCheck, update: number, { bids, asks }: OrderBook): void => {
  const best: Best = [priceAt(bids, 0), sizeAt(bids, 0), priceAt(asks, 0), sizeAt(asks, 0)]
  meet(check, { update, best, from: check.quoted, to: check.built })
}

/** Updates of one generation. */
const GENERATION = 2048

const waiting = (): Waiting => ({ recent: new Map(), before: new Map() })

interface Half {
  readonly update: number
  readonly best: Best
  readonly from: Waiting
  readonly to: Waiting
}

const meet = (check: BestCheck, { update, best, from, to }: Half): void => {
  const other = from.recent.get(update) ?? from.before.get(update)
  if (other === undefined) {
    if (to.recent.size === GENERATION) {
      to.before = to.recent
      to.recent = new Map()
    }
    to.recent.set(update, best)
    return
  }
  from.recent.delete(update)
  from.before.delete(update)
  check.compared += 1
  if (best.every((number, i) => number === other[i])) check.equal += 1
}
