import { MillraceError } from '../../engine/errors.ts'
import type { Currency } from '../../engine/market/cash.ts'
import { termsOf } from '../../engine/market/decimal.ts'
import type { Minor } from '../../engine/market/units.ts'
import type { SimulatedVenue } from '../../engine/run/venue.ts'
import {
  deskFinder,
  initialState,
  objection,
  openDesk,
  type PaperState,
  redefine,
  refuse,
  work,
  workAll,
} from './desk.ts'

export interface PaperVenueOptions {
  /** From the decision until the order stands at the venue, microseconds. */
  readonly latencyUs: number
  readonly startBalance: Minor
  /** What the account is kept in: only instruments quoted in it are traded. */
  readonly currency: Currency
  /**
   * 'next', the default: at the earliest the quote that comes after the decision. 'same': the very quote that was
   * decided on, as most vectorised backtests do; only without latency, and better than a market will be.
   */
  readonly fillOn?: 'next' | 'same'
}

/**
 * A venue on paper: fills orders from the quotes that pass by, at the ask what is bought and at the bid what is sold.
 *
 * No fill uses a quote older than the decision. An order decided at t is looked at with the first quote that comes
 * after it and is stamped t + `latencyUs` or later. A market order is filled then; a limit order if the quote is at its
 * limit or better, at the price of the quote; if not, IOC expires, and GTC is accepted and rests. Everything is filled
 * in full: the displayed size, 0 or not, sets no bound. Every fill pays the taker fee. Positions are netted by
 * instrument.
 *
 * A fill is stamped with the time of the venue, the latest stamp it was shown. So `quoteAgeUs` is 0, unless the quote
 * came late, behind a stamp that the venue had already seen.
 *
 * In        orders, and the quotes of what `watches` names, quote currency
 * Out       from `submit` refusals, and in 'same' what the quote in hand settles; the rest from `onQuote`. After each
 *           fill the balance, minor units
 * State     of each instrument the position, up to 1,000 working orders and the last quote
 * Late      a quote stamped before an order may be filled does not fill it
 * Fails     usage PAPER_OPTIONS; Reject PAPER_REDEFINED when the steps of an instrument change under an open position
 *           or order, MARKET_MONEY when money can no longer be counted. What is wrong with an order is answered
 *
 * A flat market fills like any other; a gap is waited through; a price between ticks is rounded against us and counted.
 */
export function paperVenue(options: PaperVenueOptions): SimulatedVenue {
  checkOptions(options)
  const { latencyUs, startBalance, currency } = options
  const fillsOnSame = options.fillOn === 'same'
  let state: PaperState = initialState(startBalance)
  let deskOf = deskFinder(state.desks)

  return {
    define(instrument) {
      const terms = termsOf(instrument)
      const desk = deskOf(instrument.id)
      if (desk) redefine(desk, instrument, terms)
      else state.desks.set(instrument.id, openDesk(instrument, terms))
    },

    submit(order, at, answer) {
      state.counts.orders += 1
      if (at > state.now) state.now = at
      const desk = deskOf(order.instrument)
      const reason = objection(order, desk, currency)
      if (desk === undefined || reason !== '') return refuse(state, order, reason, answer)
      const job = { order: { ...order }, from: at + latencyUs, rests: false }
      const isDone = fillsOnSame && desk.quote.at === at && work(state, desk, job, answer)
      if (!isDone) desk.jobs.push(job)
    },

    watches(instrument) {
      const desk = deskOf(instrument)
      return desk !== undefined && (fillsOnSame || desk.jobs.length > 0 || desk.position.lots !== 0)
    },

    onQuote(instrument, quote, answer) {
      if (quote.at > state.now) state.now = quote.at
      const desk = deskOf(instrument)
      if (desk === undefined || (desk.jobs.length === 0 && !fillsOnSame)) return
      desk.quote.at = quote.at
      desk.quote.bid = quote.bid
      desk.quote.ask = quote.ask
      workAll(state, desk, answer)
    },

    counts: () => ({ ...state.counts }),
    snapshot: () => structuredClone(state),
    restore(snapshot) {
      state = structuredClone(snapshot) as PaperState
      deskOf = deskFinder(state.desks)
    },
  }
}

function checkOptions({ latencyUs, fillOn }: PaperVenueOptions): void {
  if (!Number.isSafeInteger(latencyUs) || latencyUs < 0) {
    throw new MillraceError('PAPER_OPTIONS', `latency is ${latencyUs}, expected an integer of 0 or more, microseconds`)
  }
  if (fillOn === 'same' && latencyUs > 0) {
    throw new MillraceError('PAPER_OPTIONS', `latency is ${latencyUs} us, expected 0 for fills on the same quote`)
  }
}
