import type { TradingHours } from '../../../operators/sessions.ts'

/** The day of currencies and metals, from 17:00 to 17:00 in New York; weekends too, for what trades then. */
export const currencyDay: TradingHours = {
  ...{ zone: 'America/New_York', open: '17:00', close: '17:00', days: [1, 2, 3, 4, 5, 6, 7] },
}

/** Stocks of the United States, from Monday to Friday: these hours do not know holidays and half days. */
export const stockSessions: Readonly<Record<'premarket' | 'regular' | 'afterHours', TradingHours>> = {
  premarket: { zone: 'America/New_York', open: '04:00', close: '09:30' },
  regular: { zone: 'America/New_York', open: '09:30', close: '16:00' },
  afterHours: { zone: 'America/New_York', open: '16:00', close: '20:00' },
}
