import type { Unit } from '../../engine/figures/figure.ts'
import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { duration } from '../terminal.ts'

/** What a figure that does not exist is shown as: never as 0. */
export const NONE = 'undefined'

/** A figure as people read it: '−12.67 %', '1,234.50', '3 min 20 s'. */
export const figureText = (value: number | undefined, unit: Unit): string =>
  value === undefined || Number.isNaN(value) ? NONE : texts[unit](value)

const texts: Readonly<Record<Unit, (value: number) => string>> = {
  count: value => decimal(value, 0),
  days: value => decimal(value, Number.isInteger(value) ? 0 : 1),
  microseconds: value => spanText(value),
  money: value => decimal(value, 2),
  probability: value => percent(value),
  ratio: value => ratio(value),
  share: value => percent(value),
}

const ratio = (value: number): string => {
  const size = Math.abs(value)
  if (size >= 1e7) return value.toExponential(2).replace('-', '−').replace('e+', 'e')
  return decimal(value, size >= 1000 ? 0 : size < 0.1 ? 4 : 2)
}

/** With a true minus, which is as wide as a plus. */
export const decimal = (value: number, digits: number): string =>
  value
    .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace(/^-(0(\.0*)?)$/, '$1')
    .replace('-', '−')

export const percent = (share: number, digits = 2): string => `${decimal(share * 100, digits)} %`

export const signedPercent = (share: number, digits = 2): string => `${share > 0 ? '+' : ''}${percent(share, digits)}`

/** '310 µs', '46 ms', '12.5 s', '3 min 20 s', '2 h 5 min'. */
export const spanText = (micros: number): string => {
  if (micros < 0) return `−${spanText(-micros)}`
  if (micros < 1000) return `${decimal(micros, 0)} µs`
  if (micros < 1e6) return `${decimal(micros / 1000, 0)} ms`
  return micros < 90e6 ? `${decimal(micros / 1e6, 1)} s` : duration(micros / 1e6)
}

/** '2014-05-02 12:30:00'. */
export const timeText = (at: number): string =>
  formatMicros(at as Micros)
    .slice(0, 19)
    .replace('T', ' ')
