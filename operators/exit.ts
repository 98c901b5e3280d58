import type { Kernel } from '../engine/flow/kernel.ts'
import type { Target } from '../engine/market/target.ts'
import type { Lots, Micros } from '../engine/market/units.ts'

/** What a strategy wishes to hold, at each quote anew: what exits read. */
export interface Wish {
  readonly at: Micros
  readonly bid: number
  readonly ask: number
  /** Negative is short. */
  readonly lots: Lots
}

/** A wish behind an exit: a target, and what the next exit reads. */
export interface Exit extends Wish, Target {}

/** A position that is wished for: since when and from which price on. It may be over already. */
export interface Exiting {
  side: -1 | 0 | 1
  /** When the wish came, and the price at which it could be had: the ask of what is bought. */
  since: number
  entry: number
  /** The best price since then at which it could have been left: the bid of what was bought. */
  best: number
  isOver: boolean
  readonly out: Mutable<Exit>
}

/** As its owner fills it. */
type Mutable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }

/** Whether to leave now; `leave` is the price at which that could be done. */
export type Leaves = (held: Exiting, wish: Wish, leave: number) => boolean

/**
 * Passes wishes on until there is a reason to leave; then flat, until the wish turns to the other side or to flat. What
 * is counted from the entry is counted from the quote with which the wish came: neither slippage nor the fill is in it.
 */
export const exit = (name: string, leaves: Leaves): Kernel<Exiting, Wish, Exit> => ({
  name,
  warmup: 1,
  settle: Infinity,
  init: () => ({ side: 0, since: Number.NaN, entry: Number.NaN, best: Number.NaN, isOver: false, out: nothing() }),
  step(held, wish) {
    const { at, bid, ask, lots } = wish
    const side = Math.sign(lots) as Exiting['side']
    const leave = side > 0 ? bid : ask
    if (side !== held.side) {
      held.side = side
      held.since = at
      held.entry = side > 0 ? ask : bid
      held.best = leave
      held.isOver = false
    }
    if (side * leave > side * held.best) held.best = leave
    if (side !== 0 && !held.isOver && leaves(held, wish, leave)) held.isOver = true
    const { out } = held
    out.at = at
    out.bid = bid
    out.ask = ask
    out.lots = held.isOver ? (0 as Lots) : lots
    out.price = (bid + ask) / 2
    return out
  },
})

/** The record that an exit gives out. */
export const nothing = (): Mutable<Exit> => ({
  at: 0 as Micros,
  bid: Number.NaN,
  ask: Number.NaN,
  lots: 0 as Lots,
  price: Number.NaN,
})
