import { netOf, type TradeFigures } from '../../engine/figures/trades.ts'
import { escaped } from '../look/html.ts'
import { decimal, figureText, percent, signedPercent } from './format.ts'
import { type Bin, evenBins, histogram, timeBins } from './histogram.ts'
import { lineChart } from './lines.ts'
import { monthTable } from './months.ts'
import type { Report } from './report.ts'

const WORST = 5

/** Months, how days, trades and holding times are spread, the worst falls, and trades by side and by instrument. */
export const returnsSection = (report: Report): string => {
  const { months, years, bySide, byInstrument } = report.figures.series
  return [
    months.length === 0 ? '<p class="empty">No trading day has passed.</p>' : monthTable(months, years),
    distributions(report),
    rolling(report),
    '<div class="pair">',
    worstFalls(report),
    tradesBy('Side', bySide),
    byInstrument.size > 1 ? tradesBy('Instrument', byInstrument) : '',
    '</div>',
  ].join('\n')
}

const distributions = ({ figures, trades, manifest }: Report): string => {
  const { daily, entriesByHour } = figures.series
  const days = evenBins([...daily.returns], value => percent(value, 1))
  const nets = evenBins(trades.map(netOf), value => decimal(value, Math.abs(value) < 10 ? 1 : 0))
  const held = timeBins(trades.map(({ openedAt, closedAt }) => closedAt - openedAt))
  const hours = entriesByHour.map((count, hour): Bin => ({ label: `${hour} to ${hour + 1} h`, count, tone: 'c0' }))
  const { currency } = manifest
  return [
    '<div class="spread">',
    ...(days.length === 0 ? [] : [histogram('Days by return', days, endsOf(days))]),
    ...(trades.length === 0
      ? []
      : [
          histogram(`Trades by net profit, ${currency.code}`, nets, endsOf(nets)),
          histogram('Trades by holding time', held, endsOf(held)),
          histogram('Entries by hour, UTC', hours, ['0 h', '24 h']),
        ]),
    '</div>',
  ].join('')
}

/** Of windows that are full; a run of fewer days has none. */
const rolling = ({ figures }: Report): string => {
  const { daily, rolling } = figures.series
  const { length, sharpe, volatility, maxDrawdown } = rolling
  const over = `of ${length} days`
  const charts = [
    lineChart(`Sharpe ratio ${over}`, daily.days, sharpe, value => decimal(value, 1)),
    lineChart(`Volatility ${over}, annual`, daily.days, volatility, value => percent(value, 1)),
    lineChart(`Max drawdown ${over}`, daily.days, maxDrawdown, value => percent(value, 1)),
  ].filter(chart => chart !== '')
  return charts.length === 0 ? '' : `<div class="spread">${charts.join('')}</div>`
}

const endsOf = (bins: readonly Bin[]): readonly [string, string] => [
  bins[0]!.label.split(' to ')[0]!,
  bins.at(-1)!.label.split(' to ')[1]!,
]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const titles = head.map(title => `<th scope="col">${escaped(title)}</th>`).join('')
  const lines = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escaped(first!)}</th>${rest.map(cell => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  )
  const body = `<thead><tr>${titles}</tr></thead><tbody>${lines.join('')}</tbody>`
  return `<div class="wide"><table class="plain">${body}</table></div>`
}

const worstFalls = ({ figures }: Report): string => {
  const falls = figures.series.drawdowns.slice(0, WORST)
  if (falls.length === 0) return ''
  const rows = falls.map(({ from, valley, recovered, depth, days }) => [
    signedPercent(-depth),
    from,
    valley,
    recovered ?? 'not yet',
    decimal(days, 0),
  ])
  return `<div><h3>Worst drawdowns of days</h3>${table(['Depth', 'From', 'Valley', 'Recovered', 'Days'], rows)}</div>`
}

const tradesBy = (title: string, groups: ReadonlyMap<string, TradeFigures>): string => {
  if (groups.size === 0) return ''
  const rows = [...groups].map(([name, { trades, profit, winRate, profitFactor, meanHolding }]) => [
    name,
    ...[trades, profit, winRate, profitFactor, meanHolding].map(({ value, unit }) => figureText(value, unit)),
  ])
  const head = [title, 'Trades', 'Net', 'Win rate', 'Profit factor', 'Mean held']
  return `<div><h3>Trades by ${title.toLowerCase()}</h3>${table(head, rows)}</div>`
}
