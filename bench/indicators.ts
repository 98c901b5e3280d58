/**
 * O(1) indicators as a TypeScript user writes them, for the peers: closures over a few variables, in the arithmetic of
 * the operators. Each answers NaN until it has a value.
 */

const LENGTH = 20
const WILDER = 14

/** A window of the last 20 numbers: takes one in, answers how far it is from the mean and the sample deviation. */
function rolling(): (x: number) => { readonly distance: number; readonly deviation: number } {
  const values: number[] = []
  let next = 0
  let shift = 0
  let sum = 0
  let squares = 0
  return x => {
    const into = x - shift
    const out = (values[next] ?? 0) - shift
    sum = sum + into - out
    squares = squares + into * into - out * out
    values[next] = x
    next = (next + 1) % LENGTH
    if (next === 0 || out * out > 1e6 * squares) {
      // Made anew each time round, and when a bad tick leaves, so that rounding errors do not gather.
      shift = x
      const distances = values.map(value => value - shift)
      sum = distances.reduce((total, d) => total + d, 0)
      squares = distances.reduce((total, d) => total + d * d, 0)
    }
    if (values.length < LENGTH) return { distance: NaN, deviation: NaN }
    return {
      distance: x - shift - sum / LENGTH,
      deviation: Math.sqrt((squares - (sum * sum) / LENGTH) / (LENGTH - 1)),
    }
  }
}

/** Sample deviation of the last 20 log returns. */
export function volatility(): (close: number) => number {
  const returns = rolling()
  let before = NaN
  return close => {
    const change = Math.log(close / before)
    const isFirst = Number.isNaN(before)
    before = close
    return isFirst ? NaN : returns(change).deviation
  }
}

export function zScore(): (close: number) => number {
  const closes = rolling()
  return close => {
    const { distance, deviation } = closes(close)
    return distance / deviation
  }
}

export function rsi(): (close: number) => number {
  const gain = wilderMean()
  const loss = wilderMean()
  let before = NaN
  return close => {
    const change = close - before
    const isFirst = Number.isNaN(before)
    before = close
    if (isFirst) return NaN
    const up = gain(Math.max(change, 0))
    const down = loss(Math.max(-change, 0))
    if (down === 0) return up === 0 ? 50 : 100
    return 100 - 100 / (1 + up / down)
  }
}

/** The true range cancels out of the directional index. */
export function adx(): (bar: { readonly high: number; readonly low: number }) => number {
  const plus = wilderSum()
  const minus = wilderSum()
  const index = wilderMean()
  let before = { high: NaN, low: NaN }
  return ({ high, low }) => {
    const up = high - before.high
    const down = before.low - low
    const isFirst = Number.isNaN(before.high)
    before = { high, low }
    if (isFirst) return NaN
    const rise = plus(up > down && up > 0 ? up : 0)
    const fall = minus(down > up && down > 0 ? down : 0)
    if (Number.isNaN(rise)) return NaN
    return index(rise + fall > 0 ? (100 * Math.abs(rise - fall)) / (rise + fall) : 0)
  }
}

/** The mean of the first 14, then a fourteenth of each new one. */
function wilderMean(): (x: number) => number {
  let count = 0
  let mean = 0
  return x => {
    count += 1
    if (count > WILDER) mean = ((WILDER - 1) * mean + x) / WILDER
    else mean += x
    if (count === WILDER) mean /= WILDER
    return count < WILDER ? NaN : mean
  }
}

/** The sum of the first 14, then a fourteenth of it leaves with each new one. */
function wilderSum(): (x: number) => number {
  let count = 0
  let sum = 0
  return x => {
    count += 1
    sum += count > WILDER ? x - sum / WILDER : x
    return count < WILDER ? NaN : sum
  }
}
