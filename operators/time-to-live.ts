import { assert } from '../engine/assert.ts'
import type { TimeInForce } from '../engine/market/order.ts'
import type { Micros } from '../engine/market/units.ts'

export interface TimeToLive {
  /**
   * 'IOC': what cannot be filled at once is cancelled. 'FOK': all at once or nothing. 'GTC': it stays. 'GTD': it stays
   * for `liveMs`. 'DAY': it stays until the session ends.
   */
  readonly timeInForce: TimeInForce
  /** How long a GTD order stays, from the decision, ms. Above 0; only with 'GTD'. 3000 is the usual. */
  readonly liveMs?: number
}

/** What an intent says of its end, and how the operator's name says it. Fails: Defect ASSERT. */
export function timeToLive(operator: string, { timeInForce, liveMs = 0 }: TimeToLive): Life {
  const isRight = timeInForce === 'GTD' ? liveMs > 0 && Number.isSafeInteger(liveMs * 1000) : liveMs === 0
  assert(isRight, `${operator}: liveMs of a ${timeInForce} order is ${liveMs}, expected ${expected(timeInForce)}`)
  if (timeInForce !== 'GTD') return { name: timeInForce, fields: { timeInForce } }
  return { name: `GTD ${liveMs} ms`, fields: { timeInForce, until: (liveMs * 1000) as Micros } }
}

interface Life {
  readonly name: string
  readonly fields: { readonly timeInForce: TimeInForce; readonly until?: Micros }
}

const expected = (timeInForce: TimeInForce): string =>
  timeInForce === 'GTD' ? 'more than 0, to the microsecond' : 'none'
