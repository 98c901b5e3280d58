import type { Micros } from '../market/units.ts'
import { deviationOf, meanOf, normalQuantile, quantileOf, sorted, sumOf } from './arithmetic.ts'
import { type Figure, figure, type Unit } from './figure.ts'
import { kellyOf } from './ratios.ts'
import { longestRun, payoffOf, profitFactorOf, split } from './returns.ts'

/** A position from its first fill to the one that closed it. Money is of the account. */
export interface ClosedTrade {
  readonly instrument: string
  /** The side of the entry. */
  readonly side: 'buy' | 'sell'
  readonly openedAt: Micros
  readonly closedAt: Micros
  /** All that was entered. */
  readonly lots: number
  /** Average prices. */
  readonly entry: number
  readonly exit: number
  /** Before fees. */
  readonly profit: number
  readonly fees: number
  /** What the entry was worth; above 0. Without it the trade has no return, and the run no turnover. */
  readonly notional?: number
  /** The open profit at its highest and at its lowest, before fees. */
  readonly highest?: number
  readonly lowest?: number
}

/** What a trade earned after its fees. */
export const netOf = ({ profit, fees }: ClosedTrade): number => profit - fees

export type TradeFigures = Readonly<Record<TradeFigure, Figure>>

/**
 * The figures of closed trades. p is the profit of a trade after its fees; a trade with p = 0 neither won nor lost.
 * What is divided by losses is undefined when there is none, what is a mean when there is no trade.
 */
export const tradeFigures = (trades: readonly ClosedTrade[]): TradeFigures => {
  const facts = factsOf(trades)
  const rows = Object.entries(tradeRows).map(([key, [name, unit, formula, of, n = every]]) => {
    return [key, figure({ name, unit, formula, n: n(facts) }, of(facts))] as const
  })
  return Object.fromEntries(rows) as TradeFigures
}

/** The same of each side, or of each instrument, apart. */
export const tradeFiguresBy = (
  trades: readonly ClosedTrade[],
  groupOf: (trade: ClosedTrade) => string,
): ReadonlyMap<string, TradeFigures> =>
  new Map([...Map.groupBy(trades, groupOf)].map(([group, members]) => [group, tradeFigures(members)]))

interface Facts {
  readonly trades: readonly ClosedTrade[]
  readonly profits: readonly number[]
  readonly wins: readonly number[]
  readonly losses: readonly number[]
  /** Profit by notional; empty unless each trade tells its notional. */
  readonly returns: readonly number[]
  /** Microseconds held. */
  readonly held: Float64Array
  /** Of the trades that tell their excursion. */
  readonly best: readonly number[]
  readonly worst: readonly number[]
  /** Share of the best open profit that was kept, of trades that had one. */
  readonly kept: readonly number[]
}

const factsOf = (trades: readonly ClosedTrade[]): Facts => {
  const profits = trades.map(netOf)
  const best = trades.map(({ highest }) => Math.max(highest ?? Number.NaN, 0))
  const worst = trades.map(({ lowest }) => Math.min(lowest ?? Number.NaN, 0))
  const returns = trades.map(trade => netOf(trade) / (trade.notional ?? Number.NaN))
  const isKnown = (x: number): boolean => !Number.isNaN(x)
  return {
    trades,
    profits,
    ...split(profits),
    returns: returns.every(isKnown) ? returns : [],
    held: sorted(trades.map(({ openedAt, closedAt }) => closedAt - openedAt)),
    best: best.filter(isKnown),
    worst: worst.filter(isKnown),
    kept: trades.flatMap(({ profit }, i) => (best[i]! > 0 ? [profit / best[i]!] : [])),
  }
}

type Row = readonly [string, Unit, string, (facts: Facts) => number, ((facts: Facts) => number)?]

const every = ({ profits }: Facts): number => profits.length
const told = ({ returns }: Facts): number => returns.length
const watched = ({ best }: Facts): number => best.length
const largest = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((a, b) => (b > a ? b : a))
const smallest = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((a, b) => (b < a ? b : a))
const total = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : sumOf(values))

const WILSON = '(w + z² / 2 +- z sqrt(w (n - w) / n + z² / 4)) / (n + z²), w of n trades won'

const wilson = ({ wins, profits }: Facts, sign: 1 | -1): number => {
  const [w, n, z] = [wins.length, profits.length, normalQuantile(0.975)]
  return (w + z ** 2 / 2 + sign * z * Math.sqrt((w * (n - w)) / n + z ** 2 / 4)) / (n + z ** 2)
}

// Sources: winners, losers and their means as in pyfolio's `round_trips.py`.
const tradeRows: Readonly<Record<TradeFigure, Row>> = {
  /** 0 without a trade: a count is known. So are the next three. */
  trades: ['Closed trades', 'count', 'n', every],
  winners: ['Winning trades', 'count', '#(p > 0)', ({ wins }) => wins.length],
  losers: ['Losing trades', 'count', '#(p < 0)', ({ losses }) => losses.length],
  evens: [
    'Even trades',
    'count',
    '#(p = 0)',
    ({ profits, wins, losses }) => profits.length - wins.length - losses.length,
  ],
  profit: ['Profit of trades', 'money', 'sum(p)', ({ profits }) => total(profits)],
  won: ['Gross profit', 'money', 'sum(p > 0)', ({ wins, profits }) => (profits.length > 0 ? sumOf(wins) : Number.NaN)],
  lost: [
    'Gross loss',
    'money',
    'sum(p < 0)',
    ({ losses, profits }) => (profits.length > 0 ? sumOf(losses) : Number.NaN),
  ],
  fees: ['Fees', 'money', 'sum(fees)', ({ trades }) => total(trades.map(({ fees }) => fees))],
  winRate: ['Win rate', 'share', '#(p > 0) / n', ({ wins, profits }) => wins.length / profits.length],
  /** Where the true win rate lies with 95 %, z being 1.96. Source: Wilson 1927, JASA 22(158). */
  winRateLow: ['Win rate, low', 'share', WILSON.replace('+-', '-'), facts => wilson(facts, -1)],
  winRateHigh: ['Win rate, high', 'share', WILSON.replace('+-', '+'), facts => wilson(facts, 1)],
  profitFactor: ['Profit factor', 'ratio', 'sum(p > 0) / |sum(p < 0)|', ({ profits }) => profitFactorOf(profits)],
  payoff: ['Payoff', 'ratio', 'mean(p > 0) / |mean(p < 0)|', ({ profits }) => payoffOf(profits)],
  expectancy: ['Expectancy', 'money', 'mean(p)', ({ profits }) => meanOf(profits)],
  median: ['Median trade', 'money', 'q50(p)', ({ profits }) => quantileOf(sorted(profits), 0.5)],
  best: ['Best trade', 'money', 'max(p)', ({ profits }) => largest(profits)],
  worst: ['Worst trade', 'money', 'min(p)', ({ profits }) => smallest(profits)],
  averageWin: ['Average winner', 'money', 'mean(p > 0)', ({ wins }) => meanOf(wins), ({ wins }) => wins.length],
  averageLoss: ['Average loser', 'money', 'mean(p < 0)', ({ losses }) => meanOf(losses), ({ losses }) => losses.length],
  /** By the notional of the entry; undefined unless each trade tells it. Source: backtesting.py, `_stats.py`. */
  returnExpectancy: ['Expectancy of returns', 'share', 'mean(p / notional)', ({ returns }) => meanOf(returns), told],
  returnProfitFactor: [
    'Profit factor of returns',
    'ratio',
    'sum(p / notional > 0) / |sum(p / notional < 0)|',
    ({ returns }) => profitFactorOf(returns),
    told,
  ],
  /** System quality number; undefined on fewer than two trades and when all earned the same. Source: Tharp 2008. */
  sqn: [
    'SQN',
    'ratio',
    'sqrt(n) * mean(p) / sd(p)',
    ({ profits }) => (Math.sqrt(profits.length) * meanOf(profits)) / deviationOf(profits),
  ],
  /** w is the win rate of trades that were not even. Source: Kelly 1956, Bell System Technical Journal 35(4). */
  kelly: ['Kelly', 'share', 'w - (1 - w) / payoff', ({ profits }) => kellyOf(profits)],
  winningStreak: [
    'Longest winning streak',
    'count',
    'trades in a row with p > 0',
    ({ profits }) => longestRun(profits, 1),
  ],
  losingStreak: [
    'Longest losing streak',
    'count',
    'trades in a row with p < 0',
    ({ profits }) => longestRun(profits, -1),
  ],
  meanHolding: ['Mean holding time', 'microseconds', 'mean(closed - opened)', ({ held }) => meanOf(held)],
  medianHolding: ['Median holding time', 'microseconds', 'q50(closed - opened)', ({ held }) => quantileOf(held, 0.5)],
  shortestHolding: [
    'Shortest holding time',
    'microseconds',
    'min(closed - opened)',
    ({ held }) => held[0] ?? Number.NaN,
  ],
  longestHolding: [
    'Longest holding time',
    'microseconds',
    'max(closed - opened)',
    ({ held }) => held.at(-1) ?? Number.NaN,
  ],
  /** Excursions are of the trades that tell them, before fees. Source: Sweeney 1996, Maximum Adverse Excursion. */
  meanFavourable: ['Mean favourable excursion', 'money', 'mean(max(highest, 0))', ({ best }) => meanOf(best), watched],
  meanAdverse: [
    'Mean adverse excursion',
    'money',
    'mean(min(lowest, 0))',
    ({ worst }) => meanOf(worst),
    ({ worst }) => worst.length,
  ],
  largestFavourable: ['Largest favourable excursion', 'money', 'max(highest, 0)', ({ best }) => largest(best), watched],
  largestAdverse: [
    'Largest adverse excursion',
    'money',
    'min(lowest, 0)',
    ({ worst }) => smallest(worst),
    ({ worst }) => worst.length,
  ],
  /** What was kept of the best open profit, of trades that had one. */
  exitEfficiency: [
    'Exit efficiency',
    'share',
    'mean(profit / highest)',
    ({ kept }) => meanOf(kept),
    ({ kept }) => kept.length,
  ],
}

type TradeFigure =
  | 'trades'
  | 'winners'
  | 'losers'
  | 'evens'
  | 'profit'
  | 'won'
  | 'lost'
  | 'fees'
  | 'winRate'
  | 'winRateLow'
  | 'winRateHigh'
  | 'profitFactor'
  | 'payoff'
  | 'expectancy'
  | 'median'
  | 'best'
  | 'worst'
  | 'averageWin'
  | 'averageLoss'
  | 'returnExpectancy'
  | 'returnProfitFactor'
  | 'sqn'
  | 'kelly'
  | 'winningStreak'
  | 'losingStreak'
  | 'meanHolding'
  | 'medianHolding'
  | 'shortestHolding'
  | 'longestHolding'
  | 'meanFavourable'
  | 'meanAdverse'
  | 'largestFavourable'
  | 'largestAdverse'
  | 'exitEfficiency'
