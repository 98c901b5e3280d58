import { assert } from '../../engine/assert.ts'
import { type Expander, ear } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { type Terms, termsOf, toTicks } from '../../engine/market/decimal.ts'
import { signed } from '../../engine/market/exposure.ts'
import type { Fill } from '../../engine/market/fill.ts'
import type { Intent, OrderUpdate, Side } from '../../engine/market/order.ts'
import type { Target } from '../../engine/market/target.ts'
import { fills, instruments, orderUpdates } from '../../engine/market/topics.ts'
import type { Lots, Micros, Ticks } from '../../engine/market/units.ts'

export interface BracketOrderOptions {
  /** How far the stop is behind the price of the target, ticks. Integer, at least 1. */
  readonly stopTicks: number
  /** How far the limit that takes the profit is ahead of it, ticks. Integer, at least 1. */
  readonly targetTicks: number
}

/**
 * Enters at the market with a stop and a limit in profit, of which the one that is filled ends the other.
 *
 * Both exits only reduce the position. One at a time: while it works, a target of 0 lots closes it at the market and
 * any other is passed over. Both exits have the lots that the entry was filled. They are set from the price of the
 * target: the fill is not known yet.
 *
 * In      Target; hears the topics `fills`, `order-updates` and `instruments` (tick size)
 * Out     Intent, prices in ticks, rounded to the far side; `at` is 0 until the runner stamps it
 * Emits   three per bracket: entry, limit, stop; three to close it: two cancels and the order; none while the
 *         instrument is not known, or a price would not be above 0
 * State   the position, the lots that may still be filled, and the terms of the instrument per key
 * Late    not seen
 * Fails   Defect ASSERT when stopTicks or targetTicks is not an integer of 1 or more
 * Source  own
 *
 * @example
 * const heard = { instruments: [{ id: 'X', tickSize: '0.01', lotSize: '1', multiplier: '1', decimals: 2 }] }
 * const intents = run(bracketOrderStep({ stopTicks: 10, targetTicks: 20 }), [{ lots: 3, price: 1 }], heard)
 * intents.map(({ side, type, limit, trigger }) => `${side} ${type} ${limit || trigger || ''}`)
 * // => ['buy market ', 'sell limit 120', 'sell stop 90']
 */
export const bracketOrder = (options: BracketOrderOptions): Lifted<Target, Intent> => lift(bracketOrderStep(options))

interface BracketOrderState {
  position: number
  /** Lots of orders sent that have neither been filled nor ended. */
  open: number
  /** Brackets so far: the number stands in the names of the orders. */
  count: number
  isClosing: boolean
  terms: Terms | null
}

/** The pure step behind {@link bracketOrder}. */
export const bracketOrderStep = (options: BracketOrderOptions): Expander<BracketOrderState, Target, Intent> => {
  const { stopTicks, targetTicks } = options
  for (const [name, ticks] of Object.entries(options)) {
    assert(Number.isInteger(ticks) && ticks >= 1, `bracketOrder: ${name} is an integer of 1 or more, found ${ticks}`)
  }
  return {
    name: `bracketOrder(${stopTicks}, ${targetTicks})`,
    warmup: 1,
    hears: [
      ear(fills, (state: BracketOrderState, { side, lots }: Fill) => {
        state.position += signed(side, lots)
        state.open -= lots
      }),
      ear(orderUpdates, (state: BracketOrderState, { lotsLeft }: OrderUpdate) => {
        state.open -= lotsLeft
      }),
      ear(instruments, (state: BracketOrderState, instrument) => {
        state.terms = termsOf(instrument)
      }),
    ],
    init: () => ({ position: 0, open: 0, count: 0, isClosing: false, terms: null }),
    step(state, target, emit) {
      const isIdle = state.open === 0 && state.position === 0
      if (isIdle && target.lots !== 0) enter(state, target, options, emit)
      else if (!isIdle && target.lots === 0 && state.position !== 0 && !state.isClosing) leave(state, emit)
    },
  }
}

type Emit = (intent: Intent) => void

const enter = (state: BracketOrderState, { lots, price }: Target, options: BracketOrderOptions, emit: Emit): void => {
  if (state.terms === null) return
  const isBuy = lots > 0
  const { stopTicks, targetTicks } = options
  const limit = isBuy
    ? toTicks(price, state.terms, 'up') + targetTicks
    : toTicks(price, state.terms, 'down') - targetTicks
  const trigger = isBuy
    ? toTicks(price, state.terms, 'down') - stopTicks
    : toTicks(price, state.terms, 'up') + stopTicks
  if (limit <= 0 || trigger <= 0) return
  state.count += 1
  state.isClosing = false
  state.open += 3 * Math.abs(lots)
  const [entry, exit] = isBuy ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const)
  const leg = {
    ...order(exit, lots),
    timeInForce: 'GTC',
    parent: name('entry', state),
    group: name('exit', state),
    reduceOnly: 1,
  } as const
  emit({ ...order(entry, lots), type: 'market', ref: name('entry', state) })
  emit({ ...leg, type: 'limit', limit: limit as Ticks, ref: name('limit', state) })
  emit({ ...leg, type: 'stop', trigger: trigger as Ticks, ref: name('stop', state) })
}

const leave = (state: BracketOrderState, emit: Emit): void => {
  const { position } = state
  const side = position > 0 ? 'sell' : 'buy'
  state.isClosing = true
  state.open += Math.abs(position)
  emit({ ...order(side, 0), type: 'cancel', ref: name('limit', state) })
  emit({ ...order(side, 0), type: 'cancel', ref: name('stop', state) })
  emit({ ...order(side, position), type: 'market', reduceOnly: 1 })
}

const order = (side: Side, lots: number): Omit<Intent, 'type'> => ({
  at: 0 as Micros,
  side,
  lots: Math.abs(lots) as Lots,
  limit: 0 as Ticks,
  timeInForce: 'IOC',
})

const name = (what: string, { count }: BracketOrderState): string => `${what} ${count}`
