import type { Ticks } from './ticks.ts'
import { deviation, distance, type Sums, slide, WINDOW_SIZE } from './window.ts'
import { cost, DEBOUNCE_US, MINUTE_US, type Runner, target, type Workload } from './workload.ts'

/** The loop that a good programmer writes by hand for this one workload: what every other variant is compared with. */
export function startHand(workload: Workload, instruments: number, sums: Sums = 'rebuilt'): HandRunner {
  const state = new Float64Array(instruments * STRIDE)
  const totals = new Float64Array(3)
  const shape = { bars: workload === 'W1', rebuilds: sums === 'rebuilt' }
  return {
    push: ticks => loop(state, totals, shape, ticks),
    result: () => ({ fills: totals[FILLS]!, signals: totals[SIGNALS]!, cash: totals[CASH]! }),
    waiting: key => state[key * STRIDE + WAITING]!,
  }
}

export interface HandRunner extends Runner {
  /** The order of the instrument that waits for its next tick; 0 is none. */
  waiting(key: number): number
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
const Z = 21 // the last there was
const CLOSES = 22 // a window of closes, and one of log returns
const RETURNS: number = CLOSES + WINDOW_SIZE
const STRIDE: number = RETURNS + WINDOW_SIZE

const FILLS = 0
const SIGNALS = 1
const CASH = 2

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
    const waiting = s[b + WAITING]!
    if (waiting !== 0) {
      s[b + WAITING] = 0
      s[b + POSITION] = s[b + POSITION]! + waiting
      totals[FILLS] = totals[FILLS]! + 1
      totals[CASH] = totals[CASH]! - cost(waiting, waiting > 0 ? ask[i]! : bid[i]!)
    }

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

    // Wilder's averages start as the mean of 14 inputs, his sums as their sum; then a fourteenth leaves each time.
    const gain = Math.max(change, 0)
    const loss = Math.max(-change, 0)
    const plus = up > down && up > 0 ? up : 0
    const minus = down > up && down > 0 ? down : 0
    if (seen > WILDER) {
      s[b + GAIN] = ((WILDER - 1) * s[b + GAIN]! + gain) / WILDER
      s[b + LOSS] = ((WILDER - 1) * s[b + LOSS]! + loss) / WILDER
      s[b + PLUS] = s[b + PLUS]! + (plus - s[b + PLUS]! / WILDER)
      s[b + MINUS] = s[b + MINUS]! + (minus - s[b + MINUS]! / WILDER)
    } else {
      const share = seen === WILDER ? WILDER : 1
      s[b + GAIN] = (s[b + GAIN]! + gain) / share
      s[b + LOSS] = (s[b + LOSS]! + loss) / share
      s[b + PLUS] = s[b + PLUS]! + plus
      s[b + MINUS] = s[b + MINUS]! + minus
      if (seen < WILDER) continue
    }
    // The true range cancels out of the directional index.
    const both = s[b + PLUS]! + s[b + MINUS]!
    const index = both > 0 ? (100 * Math.abs(s[b + PLUS]! - s[b + MINUS]!)) / both : 0
    if (seen >= 2 * WILDER) {
      s[b + TREND] = ((WILDER - 1) * s[b + TREND]! + index) / WILDER
    } else {
      s[b + TREND] = (s[b + TREND]! + index) / (seen === 2 * WILDER - 1 ? WILDER : 1)
      if (seen < 2 * WILDER - 1) continue
    }

    const z = distance(s, b + CLOSES, close) / deviation(s, b + CLOSES)
    if (!Number.isNaN(z)) s[b + Z] = z
    const wanted = target(deviation(s, b + RETURNS), s[b + Z]!, strength(s[b + GAIN]!, s[b + LOSS]!), s[b + TREND]!)
    if (Number.isNaN(wanted)) continue
    totals[SIGNALS] = totals[SIGNALS]! + 1
    s[b + WAITING] = wanted - s[b + POSITION]!
  }
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

/** The relative strength index. */
function strength(gain: number, loss: number): number {
  if (loss === 0) return gain === 0 ? 50 : 100
  return 100 - 100 / (1 + gain / loss)
}
