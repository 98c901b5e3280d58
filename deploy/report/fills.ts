import { quantileOf, sorted } from '../../engine/figures/arithmetic.ts'
import type { Log } from '../../engine/log/port.ts'
import { orders } from '../../engine/market/topics.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import type { Manifest } from '../manifest.ts'
import { fillsOf } from '../tables.ts'

/** How honest the fills of a run are about time. Microseconds; NaN without a fill. */
export interface FillFacts {
  readonly fills: number
  /** The oldest quote that made a fill, and when that was. */
  readonly oldestQuoteUs: number
  readonly oldestQuoteAt: number
  /** From the moment an order stood at the venue until it was filled: half of them waited less. */
  readonly medianWaitUs: number
  readonly longestWaitUs: number
  readonly longestWaitAt: number
  /** Fills that an older quote had passed by, as the venue counted; and those that waited for more than a second. */
  readonly waited: number
  readonly waitedLong: number
}

const LONG_US = 1_000_000

export const fillFactsOf = async (log: Log, { latencyUs, result }: Manifest): Promise<FillFacts> => {
  const decided = new Map<string, number>()
  for await (const order of rowsOf(log, orders.name, 0)) decided.set(String(order.id), order.at)
  const waits: number[] = []
  let [oldestQuoteUs, oldestQuoteAt, longestWaitUs, longestWaitAt] = [Number.NaN, 0, Number.NaN, 0]
  for await (const { fill } of fillsOf(log)) {
    // What the venue closes by itself nobody has sent.
    const sentAt = decided.get(fill.orderId) ?? fill.at - latencyUs
    const wait = fill.at - sentAt - latencyUs
    waits.push(wait)
    if (!(wait <= longestWaitUs)) [longestWaitUs, longestWaitAt] = [wait, fill.at]
    if (!(fill.quoteAgeUs <= oldestQuoteUs)) [oldestQuoteUs, oldestQuoteAt] = [fill.quoteAgeUs, fill.at]
  }
  return {
    ...{ fills: waits.length, oldestQuoteUs, oldestQuoteAt, longestWaitUs, longestWaitAt },
    medianWaitUs: quantileOf(sorted(waits), 0.5),
    waited: result?.counts.waited ?? 0,
    waitedLong: waits.filter(wait => wait > LONG_US).length,
  }
}
