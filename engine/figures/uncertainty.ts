import { assert } from '../assert.ts'
import { meanOf, normalCdf, quantileOf, spreadOf } from './arithmetic.ts'
import type { Daily } from './days.ts'
import { type Figure, figure, type Unit } from './figure.ts'
import { sharpeOf, sortinoOf } from './ratios.ts'
import { annualGrowth, moment } from './returns.ts'

/**
 * How probable it is that the true Sharpe ratio is above 0, S being the one of a day, skewness and kurtosis (3 is
 * normal) by moments. Probability; undefined on fewer than two days and when returns do not vary.
 * Source: Bailey and Lopez de Prado 2012, Journal of Risk 15(2), with a benchmark of 0.
 */
export const probabilisticSharpe = ({ excess }: Daily): Figure => {
  const S = sharpeOf(excess, 1)
  const variance = moment(excess, 2)
  const [skew, kurt] = [moment(excess, 3) / variance ** 1.5, moment(excess, 4) / variance ** 2]
  const z = (S * Math.sqrt(excess.length - 1)) / Math.sqrt(1 - skew * S + ((kurt - 1) / 4) * S ** 2)
  const formula = 'Phi(S sqrt(n - 1) / sqrt(1 - skew S + (kurt - 1) / 4 S²))'
  const about = { name: 'Probabilistic Sharpe ratio', unit: 'probability', formula, n: excess.length } as const
  return figure(about, Number.isFinite(S) ? normalCdf(z) : Number.NaN)
}

export interface Bootstrap {
  /** The same seed gives the same intervals. Default 1. */
  readonly seed?: number
  /** How many histories are drawn. Default 1000. */
  readonly samples?: number
  /** Mean length of a block, trading days. Default the cube root of n, rounded up. */
  readonly blockDays?: number
  /** Share of the histories between low and high. Default 0.95. */
  readonly confidence?: number
}

export interface Interval {
  readonly name: string
  readonly low: number | undefined
  readonly high: number | undefined
  readonly unit: Unit
  readonly formula: string
  readonly n: number
  readonly samples: number
  readonly blockDays: number
  readonly seed: number
}

export type Intervals = Readonly<
  Record<'meanReturn' | 'cagr' | 'volatility' | 'sharpe' | 'sortino' | 'maxDrawdown', Interval>
>

/**
 * Confidence intervals by the stationary bootstrap: histories of as many days, made of blocks of random length that
 * begin at random days and go on from the last day to the first. An end is undefined when a history has no such figure.
 * Source: Politis and Romano 1994, Journal of the American Statistical Association 89(428); percentiles of Efron.
 */
export const intervalsOf = (daily: Daily, options: Bootstrap = {}): Intervals => {
  const n = daily.excess.length
  const { seed = 1, samples = 1000, blockDays = Math.max(1, Math.ceil(Math.cbrt(n))), confidence = 0.95 } = options
  assert(Number.isInteger(samples) && samples > 0, `bootstrap: samples is an integer above 0, found ${samples}`)
  assert(blockDays >= 1, `bootstrap: a block has at least 1 day, found ${blockDays}`)
  assert(confidence > 0 && confidence < 1, `bootstrap: confidence is between 0 and 1, found ${confidence}`)
  const chance = chanceOf(seed)
  const drawn = measured.map(() => new Float64Array(samples))
  const history = { excess: new Float64Array(n), returns: new Float64Array(n), perYear: daily.perYear }
  for (let sample = 0; sample < samples; sample += 1) {
    resample(daily, history, chance, blockDays)
    for (const [i, [, , , of]] of measured.entries()) drawn[i]![sample] = n < 2 ? Number.NaN : of(history)
  }
  const rows = measured.map(([key, name, unit], i) => {
    const ends = endsOf(drawn[i]!, confidence)
    const formula = `q(${percent((1 - confidence) / 2)}), q(${percent((1 + confidence) / 2)}) of stationary bootstrap`
    return [key, { name, ...ends, unit, formula, n, samples, blockDays, seed }] as const
  })
  return Object.fromEntries(rows) as Intervals
}

interface History {
  readonly excess: Float64Array
  readonly returns: Float64Array
  readonly perYear: number
}

const measured: readonly (readonly [keyof Intervals, string, Unit, (history: History) => number])[] = [
  ['meanReturn', 'Mean return, annual', 'share', ({ returns, perYear }) => meanOf(returns) * perYear],
  ['cagr', 'CAGR', 'share', ({ returns, perYear }) => annualGrowth(returns, perYear)],
  ['volatility', 'Volatility, annual', 'share', ({ returns, perYear }) => spreadOf(returns) * Math.sqrt(perYear)],
  ['sharpe', 'Sharpe ratio', 'ratio', ({ excess, perYear }) => sharpeOf(excess, perYear)],
  ['sortino', 'Sortino ratio', 'ratio', ({ excess, perYear }) => sortinoOf(excess, perYear)],
  ['maxDrawdown', 'Max drawdown of days', 'share', ({ returns }) => fallOf(returns)],
]

const resample = (from: Daily, to: History, chance: () => number, blockDays: number): void => {
  const n = from.returns.length
  let place = 0
  for (let i = 0; i < n; i += 1) {
    place = i === 0 || chance() * blockDays < 1 ? Math.floor(chance() * n) : (place + 1) % n
    to.returns[i] = from.returns[place]!
    to.excess[i] = from.excess[place]!
  }
}

/** NaN at both ends when one history has no such figure. */
const endsOf = (values: Float64Array, confidence: number) => {
  const isWhole = values.every(Number.isFinite)
  const ordered = values.sort()
  const end = (share: number) => (isWhole ? quantileOf(ordered, share) : undefined)
  return { low: end((1 - confidence) / 2), high: end((1 + confidence) / 2) }
}

export interface Shuffles {
  /** Default 1. */
  readonly seed?: number
  /** Default 1000. */
  readonly samples?: number
  /** Share of the start whose loss is the end of it. Default 0.2. */
  readonly bust?: number
  /** Share of the start that is to be earned. Default 0.2. */
  readonly goal?: number
}

export type ShuffleFigures = Readonly<Record<'medianDrawdown' | 'badDrawdown' | 'bust' | 'goal', Figure>>

/**
 * The same days in another order: how deep it might have fallen, and how often it would have been below 1 - bust or
 * above 1 + goal of the start on some day. Undefined without a day, or when ruined.
 * Source: QuantStats, `_montecarlo.py`.
 */
export const shuffleFigures = ({ returns }: Daily, options: Shuffles = {}): ShuffleFigures => {
  const { seed = 1, samples = 1000, bust = 0.2, goal = 0.2 } = options
  assert(Number.isInteger(samples) && samples > 0, `shuffles: samples is an integer above 0, found ${samples}`)
  const chance = chanceOf(seed)
  const order = Float64Array.from(returns)
  const falls = new Float64Array(samples)
  let [busts, goals] = [0, 0]
  for (let sample = 0; sample < samples; sample += 1) {
    shuffle(order, chance)
    const path = pathOf(order)
    falls[sample] = fallOf(order)
    busts += Number(path.some(level => level <= 1 - bust))
    goals += Number(path.some(level => level >= 1 + goal))
  }
  const isSome = returns.length > 0
  const row = (name: string, unit: Unit, formula: string, value: number): Figure =>
    figure({ name, unit, formula, n: samples }, isSome ? value : Number.NaN)
  falls.sort()
  return {
    medianDrawdown: row('Median drawdown of shuffles', 'share', 'q50(max drawdown)', quantileOf(falls, 0.5)),
    badDrawdown: row('Bad drawdown of shuffles', 'share', 'q95(max drawdown)', quantileOf(falls, 0.95)),
    bust: row('Bust probability', 'probability', `#(some E <= ${1 - bust} E_0) / n`, busts / samples),
    goal: row('Goal probability', 'probability', `#(some E >= ${1 + goal} E_0) / n`, goals / samples),
  }
}

/** Fisher and Yates. */
const shuffle = (values: Float64Array, chance: () => number): void => {
  for (let i = values.length - 1; i > 0; i -= 1) {
    const other = Math.floor(chance() * (i + 1))
    const value = values[i]!
    values[i] = values[other]!
    values[other] = value
  }
}

const pathOf = (returns: Float64Array): Float64Array => {
  let level = 1
  return returns.map(r => (level *= 1 + r))
}

/** The deepest fall of the account that has these returns. */
const fallOf = (returns: Float64Array): number => {
  let [level, peak, deepest] = [1, 1, 0]
  for (const r of returns) {
    level *= 1 + r
    if (level > peak) peak = level
    else if (1 - level / peak > deepest) deepest = 1 - level / peak
  }
  return deepest
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(12))} %`

/** Uniform on [0, 1), by 32 bits. Source: Steele, Lea and Flood 2014, OOPSLA, with the mixer of MurmurHash3. */
const chanceOf = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}
