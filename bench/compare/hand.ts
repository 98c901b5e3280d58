import type { Bar } from '../../engine/market/bar.ts'
import { type Loop, loopOfBars, loopOfPrices } from './series.ts'

// What an indicator costs at the least: one loop for this one indicator, its state in local variables, nothing carried
// along for precision, no key, nothing that could be saved. Each gives the sum of the values of ours.

/** What it costs to be given a price or a bar, and to sum what comes out: no update is cheaper. */
export const nothingOfPrices: Loop = loopOfPrices(prices => {
  let sum = 0
  for (let i = 0; i < prices.length; i++) sum += prices[i]!
  return sum
})

export const nothingOfBars: Loop = loopOfBars(bars => {
  let sum = 0
  for (let i = 0; i < bars.length; i++) {
    const { open, high, low, close, volume } = bars[i]!
    sum += open + high + low + close + volume
  }
  return sum
})

/** An exponential mean, from the plain mean of the first inputs on. */
export const exponential = (length: number, weight: number): Loop =>
  loopOfPrices(prices => {
    let mean = plainMean(prices, length)
    let sum = mean
    for (let i = length; i < prices.length; i++) {
      mean += weight * (prices[i]! - mean)
      sum += mean
    }
    return sum
  })

/** The signal of the MACD. */
export const macd = (fast: number, slow: number, signal: number): Loop =>
  loopOfPrices(prices => {
    let quick = plainMean(prices, fast)
    for (let i = fast; i < slow; i++) quick += (2 / (fast + 1)) * (prices[i]! - quick)
    let lazy = plainMean(prices, slow)
    let mean = (quick - lazy) / signal
    let sum = 0
    for (let i = slow; i < prices.length; i++) {
      quick += (2 / (fast + 1)) * (prices[i]! - quick)
      lazy += (2 / (slow + 1)) * (prices[i]! - lazy)
      const line = quick - lazy
      if (i < slow + signal - 1) mean += line / signal
      else mean += (2 / (signal + 1)) * (line - mean)
      if (i >= slow + signal - 2) sum += mean
    }
    return sum
  })

const plainMean = (prices: ArrayLike<number>, length: number): number => {
  let sum = 0
  for (let i = 0; i < length; i++) sum += prices[i]!
  return sum / length
}

export const trueRange: Loop = loopOfBars(bars => {
  let before = bars[0]!.close
  let sum = 0
  for (let i = 1; i < bars.length; i++) {
    sum += rangeOf(bars[i]!, before)
    before = bars[i]!.close
  }
  return sum
})

const rangeOf = ({ high, low }: Bar, before: number): number =>
  (high >= before ? high : before) - (low <= before ? low : before)

export const atr = (length: number): Loop =>
  loopOfBars(bars => {
    const weight = 1 / length
    let before = bars[0]!.close
    let mean = 0
    let sum = 0
    for (let i = 1; i < bars.length; i++) {
      const range = rangeOf(bars[i]!, before)
      before = bars[i]!.close
      mean += i <= length ? range / length : weight * (range - mean)
      if (i >= length) sum += mean
    }
    return sum
  })

/** The upper line. */
export const keltner = (length: number, atrLength: number, multiplier: number): Loop =>
  loopOfBars(bars => {
    const weight = 1 / atrLength
    let before = Number.NaN
    let range = 0
    let mean = 0
    let sum = 0
    for (let i = 0; i < bars.length; i++) {
      const { close } = bars[i]!
      mean += i < length ? close / length : (2 / (length + 1)) * (close - mean)
      if (i > 0) {
        const reach = rangeOf(bars[i]!, before)
        range += i <= atrLength ? reach / atrLength : weight * (reach - range)
      }
      before = close
      if (i >= length - 1) sum += mean + multiplier * range
    }
    return sum
  })

/** %K of the slow one, where the window is searched only when its extreme has left it. */
export const stochastic = (length: number, smooth: number, signal: number): Loop =>
  loopOfBars(bars => {
    const places = new Float64Array(smooth)
    let [top, bottom] = [0, 0]
    let sum = 0
    for (let i = 0; i < bars.length; i++) {
      const { high, low, close } = bars[i]!
      if (high >= bars[top]!.high) top = i
      else if (top <= i - length) for (let k = ++top; k <= i; k++) if (bars[k]!.high >= bars[top]!.high) top = k
      if (low <= bars[bottom]!.low) bottom = i
      else if (bottom <= i - length)
        for (let k = ++bottom; k <= i; k++) if (bars[k]!.low <= bars[bottom]!.low) bottom = k
      const [highest, lowest] = [bars[top]!.high, bars[bottom]!.low]
      places[i % smooth] = (100 * (close - lowest)) / (highest - lowest)
      if (i < length + smooth + signal - 3) continue
      let mean = 0
      for (let k = 0; k < smooth; k++) mean += places[k]! / smooth
      sum += mean
    }
    return sum
  })

export const onBalanceVolume: Loop = loopOfBars(bars => {
  let before = bars[0]!.close
  let total = 0
  let sum = 0
  for (let i = 1; i < bars.length; i++) {
    const { close, volume } = bars[i]!
    total += (Number(close > before) - Number(close < before)) * volume
    before = close
    sum += total
  }
  return sum
})

/** The open. */
export const heikinAshi: Loop = loopOfBars(bars => {
  let opened = (bars[0]!.open + bars[0]!.close) / 2
  let closed = opened
  let sum = 0
  for (let i = 0; i < bars.length; i++) {
    const { open, high, low, close } = bars[i]!
    if (i > 0) opened = (opened + closed) / 2
    closed = (open + high + low + close) / 4
    sum += opened
  }
  return sum
})

export const parabolicSar = (step: number, max: number): Loop =>
  loopOfBars(bars => {
    let isRise = true
    let hasTurned = false
    let acceleration = step
    let stop = bars[0]!.low
    let extreme = bars[0]!.high
    let sum = 0
    for (let i = 1; i < bars.length; i++) {
      const { high, low } = bars[i]!
      const [last, other] = [bars[i - 1]!, bars[i > 1 ? i - 2 : 0]!]
      stop += acceleration * (extreme - stop)
      stop = isRise ? Math.min(stop, last.low, other.low) : Math.max(stop, last.high, other.high)
      const counts = hasTurned
      if (isRise ? low < stop : high > stop) {
        stop = extreme
        extreme = isRise ? low : high
        isRise = !isRise
        acceleration = step
        hasTurned = true
      } else if (isRise ? high > extreme : low < extreme) {
        extreme = isRise ? high : low
        acceleration = Math.min(acceleration + step, max)
      }
      if (counts) sum += stop
    }
    return sum
  })

export const accumulationDistribution: Loop = loopOfBars(bars => {
  let total = 0
  let sum = 0
  for (let i = 0; i < bars.length; i++) {
    const { high, low, close, volume } = bars[i]!
    if (high > low) total += ((close - low - (high - close)) / (high - low)) * volume
    sum += total
  }
  return sum
})

export const forceIndex = (length: number): Loop =>
  loopOfBars(bars => {
    let before = bars[0]!.close
    let mean = 0
    let sum = 0
    for (let i = 1; i < bars.length; i++) {
      const { close, volume } = bars[i]!
      const force = (close - before) * volume
      before = close
      mean += i <= length ? force / length : (2 / (length + 1)) * (force - mean)
      if (i >= length) sum += mean
    }
    return sum
  })

export const vwap: Loop = loopOfBars(bars => {
  let paid = 0
  let traded = 0
  let sum = 0
  for (let i = 0; i < bars.length; i++) {
    const { high, low, close, volume } = bars[i]!
    paid += ((high + low + close) / 3) * volume
    traded += volume
    sum += paid / traded
  }
  return sum
})
