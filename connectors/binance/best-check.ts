import { type OrderBook, priceAt, sizeAt } from '../../engine/market/order-book.ts'

/** A book that was put together, held against the best bid and offer that the venue tells itself. Plain data. */
export interface BestCheck {
  compared: number
  equal: number
  /** By update number: what one side told and the other did not yet. */
  readonly quoted: Map<number, Best>
  readonly built: Map<number, Best>
}

/** Bid, its size, ask, its size. */
export type Best = readonly [bid: number, bidSize: number, ask: number, askSize: number]

export const bestCheck = (): BestCheck => ({ compared: 0, equal: 0, quoted: new Map(), built: new Map() })

/** The venue told its best at that update. */
export const takeQuoted = (check: BestCheck, update: number, best: Best): void =>
  meet(check, { update, best, from: check.built, to: check.quoted })

/** The book stands at that update. */
export const takeBuilt = (check: BestCheck, update: number, { bids, asks }: OrderBook): void => {
  const best: Best = [priceAt(bids, 0), sizeAt(bids, 0), priceAt(asks, 0), sizeAt(asks, 0)]
  meet(check, { update, best, from: check.quoted, to: check.built })
}

/** Updates that wait for their other half, at most. */
const WAITING_MAX = 4096

interface Half {
  readonly update: number
  readonly best: Best
  readonly from: Map<number, Best>
  readonly to: Map<number, Best>
}

const meet = (check: BestCheck, { update, best, from, to }: Half): void => {
  const other = from.get(update)
  if (other === undefined) {
    to.set(update, best)
    if (to.size > WAITING_MAX) to.delete(to.keys().next().value!)
    return
  }
  from.delete(update)
  check.compared += 1
  if (best.every((number, i) => number === other[i])) check.equal += 1
}
