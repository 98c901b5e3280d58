import { type Check, checkAs } from '../market/check.ts'
import type { Micros } from '../market/units.ts'
import { parseOffset, zone } from './zone.ts'

const check: Check = checkAs('TIME_UNREADABLE')

export interface StampOptions {
  /**
   * What a stamp counts since 1970; 'text' is ISO 8601 or 'YYYY-MM-DD hh:mm:ss.ffffff'. 'auto', the default, tells text
   * from numbers, and the unit of a number by its length: today's seconds have 10 digits, milliseconds 13 and so on.
   */
  readonly unit?: 'auto' | 'text' | 's' | 'ms' | 'us' | 'ns'
  /** The zone of wall time, in stamps that name none; a number is wall time too. See `zone`. Default 'UTC'. */
  readonly zone?: string
}

/**
 * Reads the times of a source. No float comes between: nanoseconds lose only what is below a microsecond, which is cut
 * toward the past.
 *
 * Fails  Reject TIME_UNREADABLE from the reader; usage TIME_ZONE when it is made
 *
 * @example
 * stampReader({ unit: 'ms', zone: 'UTC-5' })('1398902401787') // => 1398920401787000
 */
export function stampReader({ unit = 'auto', zone: name = 'UTC' }: StampOptions = {}): (text: string) => Micros {
  const ahead = zone(name)
  const toUtc = (wall: number): number => (Number.isSafeInteger(wall) ? wall - ahead(wall) : Number.NaN)
  return text => {
    const used = unit === 'auto' ? unitOf(text) : unit
    const at = used === 'text' ? readText(text, toUtc) : toUtc(readNumber(text, PLACES[used]))
    check(Number.isSafeInteger(at), 'time', text, EXPECTED[unit])
    return at as Micros
  }
}

/**
 * @example
 * formatMicros(1398920401787005 as Micros) // => '2014-05-01T05:00:01.787005Z'
 */
export function formatMicros(at: Micros): string {
  const ms = Math.floor(at / 1000)
  return `${new Date(ms).toISOString().slice(0, -1)}${String(at - ms * 1000).padStart(3, '0')}Z`
}

/** How many places the decimal point moves to the right on the way to microseconds. */
const PLACES = { s: 6, ms: 3, us: 0, ns: -3 } as const

const TEXT = "'YYYY-MM-DD hh:mm:ss.ffffff' with 'T' or a blank, and perhaps 'Z' or '+hh:mm'"
const EXPECTED = {
  auto: `seconds, ms, us or ns since 1970 in 9 to 20 digits, or ${TEXT}`,
  text: TEXT,
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
}

function unitOf(text: string): keyof typeof PLACES | 'text' {
  if (text.charCodeAt(4) === DASH) return 'text'
  const point = text.indexOf('.')
  const digits = (point < 0 ? text.length : point) - (text.charCodeAt(0) === DASH ? 1 : 0)
  if (digits < 9 || digits > 20) return 'text'
  return digits < 12 ? 's' : digits < 15 ? 'ms' : digits < 18 ? 'us' : 'ns'
}

/** A decimal with its point moved by `places`, rounded down; NaN when it is none, or too large to count. */
function readNumber(text: string, places: number): number {
  const isNegative = text.charCodeAt(0) === DASH
  const start = isNegative ? 1 : 0
  const found = text.indexOf('.')
  const point = found < 0 ? text.length : found
  let n = point > start ? 0 : Number.NaN
  let cut = 0
  for (let i = start; i < text.length; i += 1) {
    if (i === point) continue
    const power = (i < point ? point - i - 1 : point - i) + places
    if (power >= 0) n = n * 10 + digit(text, i)
    else cut += digit(text, i)
  }
  const written = text.length - Math.min(point + 1, text.length)
  if (written < places) n *= 10 ** (places - written)
  return isNegative ? 0 - n - (cut > 0 ? 1 : 0) : n + 0 * cut
}

/** ISO 8601, or the same with a blank; a date alone is its midnight. Places below a microsecond are cut. */
function readText(text: string, toUtc: (wall: number) => number): number {
  const day = readDay(text)
  if (text.length === 10) return toUtc(day)
  const gap = text.charCodeAt(10)
  if ((gap !== BLANK && gap !== LETTER_T) || text.charCodeAt(13) !== COLON) return Number.NaN
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const hasSeconds = text.charCodeAt(16) === COLON
  const second = hasSeconds ? twoDigits(text, 17) : 0
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  let end = hasSeconds ? 19 : 16
  let fraction = 0
  if (hasSeconds && text.charCodeAt(end) === POINT) {
    let unit = 100_000
    for (end += 1; isDigit(text.charCodeAt(end)); end += 1) {
      fraction += Math.floor(unit) * digit(text, end)
      unit /= 10
    }
    if (unit === 100_000) return Number.NaN
  }
  const wall = day + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  if (end === text.length) return toUtc(wall)
  const rest = text.slice(end).trim()
  return rest === 'Z' || rest === 'z' ? wall : wall - parseOffset(rest)
}

/** Midnight of the date that the text begins with, microseconds; NaN when there is no such day. */
function readDay(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const isDate = text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH && year >= 1000 && month >= 1 && month <= 12
  if (!isDate) return Number.NaN
  const first = Date.UTC(year, month - 1, 1)
  const midnight = first + (day - 1) * 86_400_000
  return midnight >= first && midnight < Date.UTC(year, month, 1) ? midnight * 1000 : Number.NaN
}

const DASH = 45
const POINT = 46
const COLON = 58
const BLANK = 32
const LETTER_T = 84

const isDigit = (char: number): boolean => char >= 48 && char <= 57

/** NaN for what is no digit, so that a sum with one bad digit is NaN. */
const digit = (text: string, i: number): number => {
  const char = text.charCodeAt(i)
  return isDigit(char) ? char - 48 : Number.NaN
}

const twoDigits = (text: string, i: number): number => digit(text, i) * 10 + digit(text, i + 1)
