import { notional, share, type Terms, toPrice } from './decimal.ts'
import type { Side } from './order.ts'
import { type Lots, type Minor, minor, type Ticks } from './units.ts'

/** What is held of one instrument, netted. Money is whole minor units, so what one side books the other side lost. */
export interface Position {
  /** Negative is short. */
  readonly lots: Lots
  /** What the open lots were bought for; negative when short. Over the lots it is the average entry price. */
  readonly cost: Minor
  /** Profit and loss of what was closed, before fees. */
  readonly realised: Minor
}

export const FLAT: Position = { lots: 0 as Lots, cost: 0 as Minor, realised: 0 as Minor }

/** What a fill changes a position by. */
export interface Deal {
  readonly side: Side
  readonly lots: Lots
  readonly price: Ticks
}

/**
 * The position after a deal. Closing takes its share of the cost, rounded half away from zero; the rest stays, so
 * `realised - cost` is the cash that went to and fro, exactly. A deal larger than the position closes it and opens the
 * other side with what is left.
 */
export function applyFill(position: Position, { side, lots, price }: Deal, terms: Terms): Position {
  const signed = (side === 'buy' ? lots : -lots) as Lots
  const paid = notional(price, signed, terms)
  const held = position.lots
  const after = (held + signed) as Lots
  if (held === 0 || held > 0 === signed > 0) {
    return { lots: after, cost: minor(position.cost + paid), realised: position.realised }
  }
  const isClosed = after * held <= 0
  const cost = isClosed
    ? notional(price, after, terms)
    : ((position.cost - share(position.cost, -signed, held)) as Minor)
  const realised = minor(position.realised + (cost - position.cost - paid))
  return { lots: after, cost, realised }
}

/** What the open lots would gain if closed at this price, before fees. */
export const unrealised = ({ lots, cost }: Position, mark: Ticks, terms: Terms): Minor =>
  (notional(mark, lots, terms) - cost) as Minor

/** The average price at which the open lots were entered, quote currency; NaN when flat. */
export const entryPrice = ({ lots, cost }: Position, terms: Terms): number =>
  lots === 0 ? Number.NaN : toPrice((cost / (lots * terms.minorPerTickLot)) as Ticks, terms)
