import type { Manifest, Result } from './manifest.ts'
import { near } from './near.ts'
import type { Headline } from './report/headline.ts'
import { type Ran, signed } from './run.ts'
import { count, rate, type Terminal } from './terminal.ts'

/** What people see of a run that has ended. */
export const summaryOf = (terminal: Terminal, { manifest, rows, seconds, folder }: Ran): string => {
  const { tape, result } = manifest
  const lines: readonly (readonly [string, string])[] = [
    ['strategy', `${manifest.strategy}  ${paramsText(manifest)}`],
    ['tape', `${tape.topic}: ${count(tape.rows)} rows of ${tape.source}${tape.state === 'part' ? ', in part' : ''}`],
    ...(result?.missing === undefined ? [] : [['missing', missingText(result.missing)] as const]),
    ...(result === null ? [] : figures(manifest, result)),
    ['speed', `${rate(rows / seconds)} ticks/s: ${count(rows)} rows in ${seconds.toFixed(2)} s`],
    ...Object.entries(result?.digests ?? {}).map(([name, digest]) => [`digest ${name}`, digest] as const),
    ['run folder', folder],
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `${terminal.style('dim', name.padEnd(width))}  ${value}`).join('\n')
}

const figures = ({ currency }: Manifest, result: Result): readonly (readonly [string, string])[] => {
  const { metrics, rejects, refusals = [], startEquity, endEquity } = result
  const { netProfit, totalReturn, fees, financing = 0, maxDrawdown, winRate, profitFactor } = metrics
  const costs = `fees ${money(fees)}${financing === 0 ? '' : `, financing ${money(financing)}`}`
  const refused = Object.values(rejects).some(number => number > 0)
  return [
    ['ticks', count(result.ticks)],
    ['orders', `${count(result.orders)}, ${count(result.fills)} fills, ${count(result.trades)} round trips`],
    ...(refused ? [['refused', refusedText(rejects)] as const] : []),
    ...refusals
      .slice(0, REFUSALS)
      .map(({ reason, orders }) => ['', `${count(orders)} of the orders: ${reason}`] as const),
    ['equity', `${money(startEquity)} → ${money(endEquity)} ${currency.code}`],
    ['net profit', `${signed(netProfit)} (${percent(totalReturn)}), ${costs}`],
    ['max drawdown', percent(maxDrawdown)],
    ['win rate', `${percent(winRate)}, profit factor ${profitFactor === null ? 'none' : profitFactor.toFixed(2)}`],
    ...(result.figures === null ? [] : [['ratios', ratiosText(result.figures)] as const]),
    ['worst quote age', `${count(result.worstQuoteAgeUs)} µs`],
  ]
}

/** So many reasons are shown; the manifest has all. */
const REFUSALS = 3

const refusedText = ({ rows, orders, deadLetters }: Result['rejects']): string =>
  `${count(rows)} rows of the file, ${count(orders)} orders, ${count(deadLetters)} dead letters`

/** 'GBPUSD, which the strategy names; the topic holds EURUSD'. */
const missingText = ({ named, held }: NonNullable<Result['missing']>): string => {
  const guesses = named.map(name => `${name}${near(name, held)}`)
  return `${guesses.join(', ')}, which the strategy names; the topic holds ${held.join(', ') || 'no instrument'}`
}

/** What does not exist is left out; one day makes no ratio that is worth telling. */
const ratiosText = ({ days, perYear, sharpe, sortino, calmar }: Headline): string => {
  if (days < 2) return `none: the run has ${days === 1 ? 'one trading day' : 'no trading day'}`
  const told = Object.entries({ sharpe, sortino, calmar }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value.toFixed(2)}`],
  )
  return [...(told.length > 0 ? told : ['none']), `of ${count(days)} days, ${perYear} a year`].join(', ')
}

const percent = (share: number | null): string => (share === null ? 'none' : `${(share * 100).toFixed(2)} %`)

const money = (amount: number): string =>
  amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const paramsText = ({ params }: Manifest): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

/** The same for programs; all of the manifest's result, and how fast it was. */
export const documentOf = ({ manifest, rows, seconds, folder }: Ran): object => {
  const { id, status, strategy, params, tape, result } = manifest
  const ticksPerSecond = Math.round(rows / seconds)
  return { id, status, strategy, params, topic: tape.topic, ...result, seconds, ticksPerSecond, runDir: folder }
}
