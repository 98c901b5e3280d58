import type { InstrumentId, Lots, Micros, Ticks } from './units.ts'

export type Side = 'buy' | 'sell'

/**
 * stop         a market order once the touch has come to the trigger, against us: protects, or follows a breakout
 * stop-limit   a limit order then
 * take-profit  a market order, with a limit a limit order, once the touch has come to the trigger, in our favour
 * trailing     a stop that follows the best touch seen at the distance `trail` or `trailBps`
 * cancel       ends the working order that bears the `ref`; amend gives it a new limit, trigger or quantity
 *
 * What is bought looks at the ask, what is sold at the bid.
 */
export type OrderType = 'market' | 'limit' | 'stop' | 'stop-limit' | 'take-profit' | 'trailing' | 'amend' | 'cancel'

/**
 * IOC: fill at once what can be filled, end the rest. FOK: all at once or nothing. GTC: rest until filled or cancelled.
 * GTD: rest until the time `until`. DAY: until the session ends. With a trigger, IOC and FOK speak of what it sends.
 */
export type TimeInForce = 'IOC' | 'FOK' | 'GTC' | 'GTD' | 'DAY'

/** What a strategy wants done; the output of its graph. The instrument is the key of the event. */
export interface Intent extends Partial<Conditions> {
  readonly at: Micros
  readonly type: OrderType
  readonly side: Side
  /** Positive. Of an amendment the whole quantity, filled lots included, or 0: as it was; of a cancel 0. */
  readonly lots: Lots
  /** The worst price of a limit, stop-limit or limited take-profit order; 0 without. */
  readonly limit: Ticks
  readonly timeInForce: TimeInForce
}

/** What an order may have beyond that; a plain market or limit order leaves it out. */
export interface Conditions {
  /** What a stop, stop-limit or take-profit waits for; 0 without. */
  readonly trigger: Ticks
  /** How far a trailing stop stays behind, ticks; 0 when it is a share. */
  readonly trail: Ticks
  /** The same as a share of the price, basis points; 0 when it is a distance. */
  readonly trailBps: number
  /**
   * When a GTD order ends: it is not filled at this time or later. 0 without. Counted from the decision where `at` is
   * 0, as a kernel without a clock leaves it.
   */
  readonly until: Micros
  /** 1: refused rather than filled on arrival. */
  readonly postOnly: 0 | 1
  /** 1: only ever makes the position smaller. */
  readonly reduceOnly: 0 | 1
  /** The strategy's own name for the order, among those that work on the instrument; '' without. */
  readonly ref: string
  /** The `ref` of the order whose fills give this one its lots (one triggers other); '' without. */
  readonly parent: string
  /** Orders of one group take their lots from each other (one cancels other); '' without. */
  readonly group: string
}

/** Those of a plain order: none. */
export const PLAIN: Conditions = {
  trigger: 0 as Ticks,
  trail: 0 as Ticks,
  trailBps: 0,
  until: 0 as Micros,
  postOnly: 0,
  reduceOnly: 0,
  ref: '',
  parent: '',
  group: '',
}

/** All conditions of an order: `PLAIN` itself when it has none. */
export function conditionsOf(order: Partial<Conditions>): Conditions {
  const { trigger, trail, trailBps, until, postOnly, reduceOnly, ref, parent, group } = order
  const hasAny = trigger || trail || trailBps || until || postOnly || reduceOnly || ref || parent || group
  if (!hasAny) return PLAIN
  return {
    trigger: trigger ?? PLAIN.trigger,
    trail: trail ?? PLAIN.trail,
    trailBps: trailBps ?? 0,
    until: until ?? PLAIN.until,
    postOnly: postOnly ?? 0,
    reduceOnly: reduceOnly ?? 0,
    ref: ref ?? '',
    parent: parent ?? '',
    group: group ?? '',
  }
}

/** An intent that was given an id: what is written to the orders topic before it is sent to a venue. */
export interface Order extends Intent {
  /** Client order id: a pure function of the cause. */
  readonly id: string
  readonly instrument: InstrumentId
}

/** What became of an order, other than fills. */
export interface OrderUpdate {
  readonly at: Micros
  readonly orderId: string
  /** `accepted`, `amended` and `triggered` orders work on; the others have ended. */
  readonly state: 'accepted' | 'amended' | 'triggered' | 'rejected' | 'cancelled' | 'expired'
  /**
   * Lots of the order that will not be filled any more: 0 while it works as it was; negative when amended to more, and
   * of an order that the venue itself has placed, all of it.
   */
  readonly lotsLeft: Lots
  readonly side: Side
  /** Why, in the venue's words; empty when accepted. */
  readonly reason: string
}

/** Whether the order works on after the update. */
export const isWorking = ({ state }: OrderUpdate): boolean =>
  state === 'accepted' || state === 'amended' || state === 'triggered'

/** An intent about another order, which is none itself. */
export const isCommand = ({ type }: Pick<Intent, 'type'>): boolean => type === 'cancel' || type === 'amend'
