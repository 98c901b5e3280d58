import type { Flow } from '../../../engine/flow/flow.ts'
import type { Bar } from '../../../engine/market/bar.ts'
import { calendarFields } from '../../../operators/session/calendar-fields.ts'
import { currencySessions, sessionOf } from '../../../operators/session/session-of.ts'
import { timeOfDay } from '../../../operators/session/time-of-day.ts'
import { timeToClose } from '../../../operators/session/time-to-close.ts'
import { type Part, part } from '../feature-set.ts'
import { currencyDay, stockSessions } from './hours.ts'

/** Time of the day and of the week, each as a point on a circle, and which markets are open. */
export const time: Part<Bar> = part(
  'time',
  (bar: Flow<Bar>) => ({
    time: bar.pipe(timeOfDay({ zone: 'UTC' })),
    calendar: bar.pipe(calendarFields({ zone: 'UTC' })),
    currencies: bar.pipe(sessionOf({ sessions: currencySessions })),
    stocks: bar.pipe(sessionOf({ sessions: stockSessions })),
    toClose: bar.pipe(timeToClose({ hours: currencyDay })),
  }),
  {
    timeSin: { unit: '-1..1, UTC', take: ({ time }) => time.sin },
    timeCos: { unit: '-1..1, UTC', take: ({ time }) => time.cos },
    weekdaySin: { unit: '-1..1, UTC', take: ({ calendar }) => Math.sin(calendar.weekday * WEEKDAY) },
    weekdayCos: { unit: '-1..1, UTC', take: ({ calendar }) => Math.cos(calendar.weekday * WEEKDAY) },
    asia: { unit: '0 or 1', take: ({ currencies }) => currencies.asia },
    london: { unit: '0 or 1', take: ({ currencies }) => currencies.london },
    newYork: { unit: '0 or 1', take: ({ currencies }) => currencies.newYork },
    premarket: { unit: '0 or 1', take: ({ stocks }) => stocks.premarket },
    regular: { unit: '0 or 1', take: ({ stocks }) => stocks.regular },
    afterHours: { unit: '0 or 1', take: ({ stocks }) => stocks.afterHours },
    toClose: { unit: 'share of the day until 17:00 in New York', take: ({ toClose }) => toClose / 1440 },
  },
)

const WEEKDAY = (2 * Math.PI) / 7
