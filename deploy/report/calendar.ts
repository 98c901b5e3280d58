import type { TradingDays } from '../../engine/figures/days.ts'
import type { Instrument } from '../../engine/market/instrument.ts'

export type CalendarName = 'always' | 'fx' | 'stocks'

const WORKDAYS = [1, 2, 3, 4, 5]

/** When markets are open, and how many of these days a year has: N of the figures. */
export const calendars: Readonly<Record<CalendarName, TradingDays>> = {
  always: { perYear: 365 },
  fx: { perYear: 260, zone: 'America/New_York', ends: '17:00', weekdays: WORKDAYS },
  stocks: { perYear: 252, zone: 'America/New_York', weekdays: WORKDAYS },
}

const CURRENCY_VENUES = ['FX', 'CFD']

/** The calendar of an account: that of currencies when it trades nothing else; what it does not know never closes. */
export const calendarFor = (instruments: Iterable<Instrument>): CalendarName => {
  const venues = Array.from(instruments, ({ venue }) => venue)
  return venues.length > 0 && venues.every(venue => CURRENCY_VENUES.includes(venue)) ? 'fx' : 'always'
}
