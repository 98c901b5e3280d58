import type { Ticks } from './ticks.ts'
import { cost, DEBOUNCE_US, MINUTE_US, type Runner, target, type Workload } from './workload.ts'

export interface HandOptions {
  /**
   * How the windows are summed: `rebuilt`, as the operators do it (sums of x - shift, made anew each time the ring comes
   * round), or `plain`, as the published reference results were made.
   */
  readonly sums: 'rebuilt' | 'plain'
}

/** The loop that a good programmer writes by hand for this one workload: what every other variant is compared with. */
export function startHand(
  workload: Workload,
  instruments: number,
  { sums }: HandOptions = { sums: 'rebuilt' },
): Runner {
  const state = new Float64Array(instruments * STRIDE)
  const totals = new Float64Array(3)
  const shape = { bars: workload === 'W1', rebuilds: sums === 'rebuilt' }
  return {
    push: ticks => loop(state, totals, shape, ticks),
    result: () => ({ fills: totals[FILLS]!, signals: totals[SIGNALS]!, cash: totals[CASH]! }),
  }
}

// The state of an instrument; the instruments stand one after the other in one array.
const WAITING = 0 // the order that waits, in units; 0 is none
const POSITION = 1
const HELD_AT = 2 // the tick that the debounce holds back; time 0 is none
const HELD_BID = 3
const HELD_ASK = 4
const SEEN = 5 // bars so far
const OLD_CLOSE = 6 // the bar before
const OLD_HIGH = 7
const OLD_LOW = 8
const GAIN = 9
const LOSS = 10
const PLUS = 11
const MINUS = 12
const TREND = 13
const MINUTE = 14 // of the bar in the making; 0 is none
const HIGH = 15
const LOW = 16
const CLOSE = 17
const CLOSED_HIGH = 18 // the bar that closed
const CLOSED_LOW = 19
const CLOSED_CLOSE = 20
const CLOSES = 21 // a window of closes, and one of log returns
const RETURNS = 45
const STRIDE = 69

const FILLS = 0
const SIGNALS = 1
const CASH = 2

// A window: next slot, shift, sum and sum of squares of what is in it less the shift, and 20 values.
const SHIFT = 1
const SUM = 2
const SQUARES = 3
const VALUES = 4
const LENGTH = 20

const WILDER = 14

interface Shape {
  readonly bars: boolean
  readonly rebuilds: boolean
}

function loop(
  s: Float64Array,
  totals: Float64Array,
  { bars, rebuilds }: Shape,
  { count, at, key, bid, ask }: Ticks,
): void {
  for (let i = 0; i < count; i++) {
    const b = key[i]! * STRIDE
    if (s[b + WAITING] !== 0) fill(s, b, totals, bid[i]!, ask[i]!)

    const heldAt = s[b + HELD_AT]!
    let low = s[b + HELD_BID]!
    let high = s[b + HELD_ASK]!
    let close = (low + high) / 2
    s[b + HELD_AT] = at[i]!
    s[b + HELD_BID] = bid[i]!
    s[b + HELD_ASK] = ask[i]!
    if (heldAt === 0 || at[i]! - heldAt < DEBOUNCE_US) continue
    if (bars) {
      if (!closesBar(s, b, heldAt, close)) continue
      high = s[b + CLOSED_HIGH]!
      low = s[b + CLOSED_LOW]!
      close = s[b + CLOSED_CLOSE]!
    }

    const seen = s[b + SEEN]!
    const change = close - s[b + OLD_CLOSE]!
    const growth = close / s[b + OLD_CLOSE]!
    const up = high - s[b + OLD_HIGH]!
    const down = s[b + OLD_LOW]! - low
    s[b + SEEN] = seen + 1
    s[b + OLD_CLOSE] = close
    s[b + OLD_HIGH] = high
    s[b + OLD_LOW] = low
    slide(s, b + CLOSES, close, rebuilds)
    if (seen === 0) continue
    slide(s, b + RETURNS, Math.log(growth), rebuilds)
    s[b + GAIN] = average(s[b + GAIN]!, Math.max(change, 0), seen)
    s[b + LOSS] = average(s[b + LOSS]!, Math.max(-change, 0), seen)
    s[b + PLUS] = directed(s[b + PLUS]!, up > down && up > 0 ? up : 0, seen)
    s[b + MINUS] = directed(s[b + MINUS]!, down > up && down > 0 ? down : 0, seen)
    if (seen < WILDER) continue
    s[b + TREND] = average(s[b + TREND]!, direction(s[b + PLUS]!, s[b + MINUS]!), seen - WILDER + 1)
    if (seen < 2 * WILDER - 1) continue

    const z = (close - s[b + CLOSES + SHIFT]! - s[b + CLOSES + SUM]! / LENGTH) / deviation(s, b + CLOSES)
    const wanted = target(deviation(s, b + RETURNS), z, strength(s[b + GAIN]!, s[b + LOSS]!), s[b + TREND]!)
    if (Number.isNaN(wanted)) continue
    totals[SIGNALS] = totals[SIGNALS]! + 1
    s[b + WAITING] = wanted - s[b + POSITION]!
  }
}

function fill(s: Float64Array, b: number, totals: Float64Array, bid: number, ask: number): void {
  const quantity = s[b + WAITING]!
  s[b + WAITING] = 0
  s[b + POSITION] = s[b + POSITION]! + quantity
  totals[FILLS] = totals[FILLS]! + 1
  totals[CASH] = totals[CASH]! - cost(quantity, quantity > 0 ? ask : bid)
}

/** Takes the mid into its minute; true when a bar closed before it. */
function closesBar(s: Float64Array, b: number, at: number, mid: number): boolean {
  const minute = Math.floor(at / MINUTE_US)
  const before = s[b + MINUTE]!
  if (minute === before) {
    if (mid > s[b + HIGH]!) s[b + HIGH] = mid
    if (mid < s[b + LOW]!) s[b + LOW] = mid
    s[b + CLOSE] = mid
    return false
  }
  s[b + CLOSED_HIGH] = s[b + HIGH]!
  s[b + CLOSED_LOW] = s[b + LOW]!
  s[b + CLOSED_CLOSE] = s[b + CLOSE]!
  s[b + MINUTE] = minute
  s[b + HIGH] = mid
  s[b + LOW] = mid
  s[b + CLOSE] = mid
  return before !== 0
}

/** Takes x into the window and the oldest out of it; slots hold zeros at first. */
function slide(s: Float64Array, w: number, x: number, rebuilds: boolean): void {
  const slot = s[w]! | 0
  const oldest = s[w + VALUES + slot]! - s[w + SHIFT]!
  const newest = x - s[w + SHIFT]!
  s[w + VALUES + slot] = x
  s[w + SUM] = s[w + SUM]! + newest - oldest
  s[w + SQUARES] = s[w + SQUARES]! + newest * newest - oldest * oldest
  s[w] = slot === LENGTH - 1 ? 0 : slot + 1
  if (rebuilds && slot === LENGTH - 1) rebuild(s, w)
}

function rebuild(s: Float64Array, w: number): void {
  const shift = s[w + VALUES]!
  let sum = 0
  let squares = 0
  for (let i = 0; i < LENGTH; i++) {
    const d = s[w + VALUES + i]! - shift
    sum += d
    squares += d * d
  }
  s[w + SHIFT] = shift
  s[w + SUM] = sum
  s[w + SQUARES] = squares
}

/** Sample deviation of a full window. */
function deviation(s: Float64Array, w: number): number {
  const sum = s[w + SUM]!
  return Math.sqrt((s[w + SQUARES]! - (sum * sum) / LENGTH) / (LENGTH - 1))
}

/** Wilder's average: the mean of the first 14 inputs, then a fourteenth of each new one. `count` is this input's number. */
function average(before: number, x: number, count: number): number {
  if (count > WILDER) return ((WILDER - 1) * before + x) / WILDER
  return count === WILDER ? (before + x) / WILDER : before + x
}

/** Wilder's sum: of the first 14 inputs, then a fourteenth of it leaves with each new one. */
const directed = (before: number, x: number, count: number): number =>
  count > WILDER ? before + (x - before / WILDER) : before + x

/** The true range cancels out of the directional index. */
const direction = (plus: number, minus: number): number =>
  plus + minus > 0 ? (100 * Math.abs(plus - minus)) / (plus + minus) : 0

/** The relative strength index. */
function strength(gain: number, loss: number): number {
  if (loss === 0) return gain === 0 ? 50 : 100
  return 100 - 100 / (1 + gain / loss)
}
