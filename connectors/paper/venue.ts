import { isCross, takeQuote } from '../../engine/market/crosses.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Minor } from '../../engine/market/units.ts'
import type { SimulatedVenue } from '../../engine/run/venue.ts'
import { admits, receive } from './arrive.ts'
import { showBar } from './bar.ts'
import { charge } from './charge.ts'
import {
  type Desk,
  define,
  deskFinder,
  initialState,
  isBusy,
  isOpen,
  type PaperState,
  restoredState,
  type Send,
} from './desk.ts'
import { asksMargin } from './margin.ts'
import { checkRules, type Rules } from './rules.ts'
import { type Scene, see } from './settle.ts'
import { meetQuote } from './show.ts'
import { showTrade } from './trade.ts'

export interface PaperVenueOptions extends Rules {
  /** In `currency`, which the account is kept in. */
  readonly startBalance: Minor
}

/**
 * A venue on paper: fills orders from the quotes that pass by, at the ask what is bought and at the bid what is sold;
 * or from trades, or from the way of each bar. FILLS.md states the rules, with a scenario for each.
 *
 * No fill uses a quote older than the decision. An order decided at t is at the venue at t + latency and is looked at
 * with the first quote of that time or later. On a quote come first the ends of time in force, then what arrived before
 * it, in its order: cancels and amendments take effect. Then the quote is shown to resting limits by price and age, to
 * what it triggers by age, and last to the orders that just came.
 *
 * What takes is filled at the touch and pays the taker fee; a limit order that rested is filled at its own price, or
 * at the open of a bar that opens beyond it, and pays the maker fee. Positions are netted by instrument, or hedged;
 * they are charged for time, and on margin closed when the account cannot keep them. Of counts, `waited` are the fills
 * that an older quote had passed by, `worstQuoteAgeUs` is the oldest quote used by a fill, `pessimistic` and
 * `optimistic` are the band of bars.
 *
 * A fill is stamped with the time of the venue, the latest stamp it was shown. So `quoteAgeUs` is 0, unless the quote
 * came late, behind a stamp that the venue had already seen.
 *
 * In        orders, and the quotes, trades and bars of what `watches` names, quote currency
 * Out       from `submit` refusals, and in 'same' what the quote in hand settles; the rest when it is shown something.
 *           After each fill and each payment the balance, minor units
 * State     of each instrument the position, up to 20,000 working orders and the last quote; the names of the latest
 *           1,000 orders that ended
 * Late      a quote stamped before an order may be filled does not fill it
 * Fails     usage PAPER_OPTIONS; Reject PAPER_REDEFINED when the steps of an instrument change under an open position
 *           or order, MARKET_MONEY when money can no longer be counted. What is wrong with an order is answered
 *
 * A flat market fills like any other; a gap is waited through, and a stop is filled behind it; a price between ticks is
 * rounded against us and counted.
 */
export function paperVenue(options: PaperVenueOptions): SimulatedVenue {
  checkRules(options)
  const { startBalance, currency, fillsFrom = 'quotes' } = options
  let state: PaperState = initialState(startBalance, currency)
  let deskOf = deskFinder(state.desks)

  const sceneOf = (desk: Desk, at: number, send: Send): Scene => ({ at, state, desk, rules: options, send })

  const shownTo = (instrument: string, at: number): Desk | undefined => {
    if (at > state.now) state.now = at
    return shown(deskOf(instrument), options)
  }

  return {
    currency,
    fillsFrom,
    define: instrument => define(state, instrument),

    submit(order, at, send) {
      if (at > state.now) state.now = at
      const desk = deskOf(order.instrument)
      if (admits(state, order, desk, send)) receive(sceneOf(desk, at, send), order)
    },

    watches: instrument => isCross(state.crosses, instrument) || shown(deskOf(instrument), options) !== undefined,

    onQuote(instrument, quote, send) {
      takeQuote(state.crosses, instrument, quote)
      const desk = shownTo(instrument, quote.at)
      if (desk === undefined || fillsFrom !== 'quotes') return
      see(desk, quote, options)
      if (isBusy(desk) || asksMargin(options)) meetQuote(sceneOf(desk, quote.at, send))
    },

    onTrade(instrument, trade, send) {
      if (fillsFrom === 'trades') takeQuote(state.crosses, instrument, print(trade.price))
      const desk = shownTo(instrument, trade.at)
      if (desk !== undefined) showTrade(sceneOf(desk, trade.at, send), trade)
    },

    onBar(instrument, bar, send) {
      const desk = shownTo(instrument, bar.start)
      if (fillsFrom !== 'bars') return
      if (desk !== undefined) showBar(sceneOf(desk, bar.start, send), bar)
      takeQuote(state.crosses, instrument, print(bar.close))
    },

    onFinancing(instrument, financing, send) {
      const desk = deskOf(instrument)
      if (desk !== undefined) charge(sceneOf(desk, financing.at, send), financing)
    },

    counts: () => ({ ...state.counts }),
    snapshot: () => structuredClone(state),
    restore(snapshot) {
      state = restoredState(snapshot)
      deskOf = deskFinder(state.desks)
    },
  }
}

/** What may be filled, or is held: a position is charged at the last price that it was shown. */
const shown = (desk: Desk | undefined, { fillOn }: Rules): Desk | undefined =>
  desk !== undefined && (fillOn === 'same' || isBusy(desk) || isOpen(desk)) ? desk : undefined

/** A print is bid and ask at once. */
const print = (price: number): Pick<Quote, 'bid' | 'ask'> => ({ bid: price, ask: price })
