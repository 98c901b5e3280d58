import type { Fill } from './fill.ts'
import type { OrderUpdate, Side } from './order.ts'
import type { Lots } from './units.ts'

/** What is held, and what the orders on their way would add. Negative is sold. */
export interface Exposure {
  position: Lots
  /** Asked for, and neither filled nor ended yet. */
  inFlight: Lots
}

/** Lots with the sign of their side. */
export const signed = (side: Side, lots: Lots): Lots => (side === 'buy' ? lots : -lots) as Lots

/** What is still to be ordered to hold `target` once every order on its way is filled. */
export const missing = ({ position, inFlight }: Exposure, target: Lots): Lots => (target - position - inFlight) as Lots

/** An order leaves. */
export const ordered = (exposure: Exposure, lots: Lots): void => {
  exposure.inFlight = (exposure.inFlight + lots) as Lots
}

/** A fill moves lots from in flight to held. */
export const filled = (exposure: Exposure, { side, lots }: Fill): void => {
  const got = signed(side, lots)
  exposure.position = (exposure.position + got) as Lots
  exposure.inFlight = (exposure.inFlight - got) as Lots
}

/** What will not be filled any more is no longer in flight. */
export const ended = (exposure: Exposure, { side, lotsLeft }: OrderUpdate): void => {
  exposure.inFlight = (exposure.inFlight - signed(side, lotsLeft)) as Lots
}
