import { fileURLToPath } from 'node:url'
import type { Figure } from '../../engine/figures/figure.ts'
import { asset, documentOf, embedded, escaped, scripts, sealedHead, themeButton } from '../look/html.ts'
import { count } from '../terminal.ts'
import { figureList } from './figure-list.ts'
import { figureText, NONE, timeText } from './format.ts'
import { pageData, TRADES } from './page-data.ts'
import type { Report } from './report.ts'
import { returnsSection } from './returns-section.ts'
import { runSection } from './run-section.ts'

/** A report as one file that asks nothing of any network. The same run gives the same bytes. */
export const reportPage = (report: Report): string => {
  const { manifest, trades, figures } = report
  const sections: readonly (readonly [id: string, title: string, html: string])[] = [
    ['account', 'Account', accountSection(report)],
    ['returns', 'Returns', returnsSection(report)],
    ['trades', `Trades <small>${count(trades.length)}</small>`, tradesSection(report)],
    ['figures', 'Figures', `${notes(report)}${figureList(figures)}`],
    ['run', 'Run', runSection(report)],
  ]
  const links = sections.map(([id, title]) => `<a href="#${id}">${plain(title)}</a>`)
  const body = [
    header(report),
    `<nav aria-label="Sections">${links.join('')}</nav>`,
    '<main>',
    ...sections.map(([id, title, html]) => `<section id="${id}"><h2>${title}</h2>${html}</section>`),
    '</main>',
    `<footer>Millrace ${escaped(manifest.versions.millrace ?? '')} · ${escaped(manifest.id)}</footer>`,
    `<script type="application/json" id="data">${embedded(pageData(report))}</script>`,
    `<script>${library('uPlot.iife.min.js')}</script>`,
    scripts(import.meta.dirname, 'data.js', 'charts.js', 'trades.js'),
  ]
  const head = sealedHead(library('uPlot.min.css'), own('report.css'))
  return documentOf(`${manifest.strategy} · ${manifest.tape.topic} · Millrace`, head, body.join('\n'))
}

const plain = (title: string): string => title.replace(/ <.*/, '')

const own = (name: string): string => asset(import.meta.dirname, name)

const library = (name: string): string => asset(fileURLToPath(import.meta.resolve('uplot/dist/')), name)

const header = (report: Report): string => {
  const { manifest, history, figures, calendar } = report
  const { at } = history.equity
  const { currency } = manifest
  const span = at.length === 0 ? '' : `${timeText(at[0]!)} to ${timeText(at[at.length - 1]!)} UTC`
  const { returns, ratios, drawdown, trades, activity } = figures
  const shown: readonly (readonly [string, Figure])[] = [
    [`Net profit, ${currency.code}`, returns.netProfit],
    ['Return', returns.totalReturn],
    ['Max drawdown', drawdown.maxDrawdown],
    ['Sharpe', ratios.sharpe],
    ['Profit factor', trades.profitFactor],
    ['Win rate', trades.winRate],
    ['Closed trades', trades.trades],
    ['Exposure', activity.exposure],
  ]
  const days = figures.series.daily.days.length
  const facts = [
    `${escaped(manifest.tape.topic)}, ${count(manifest.tape.rows)} rows`,
    span,
    `${count(days)} trading day${days === 1 ? '' : 's'}, calendar ${calendar.name}`,
  ]
  return [
    `<header><div class="bar"><p class="brand">Millrace</p>${themeButton}</div>`,
    `<h1>${escaped(manifest.strategy)}</h1><p class="facts">${facts.filter(Boolean).join(' <span>·</span> ')}</p>`,
    ...(manifest.status === 'finished'
      ? []
      : [`<p class="warn">The run was cut off: ${escaped(manifest.status)}.</p>`]),
    `<dl class="headline">${shown.map(([name, figure]) => headline(name, figure)).join('')}</dl>`,
    '</header>',
  ].join('\n')
}

const headline = (name: string, { value, unit, formula, n }: Figure): string => {
  const text = figureText(value, unit)
  const tone = value === undefined || text === NONE ? 'none' : value < 0 ? 'loss' : ''
  const told = `${formula}; n = ${n.toLocaleString('en-US')}`
  return `<div title="${escaped(told)}"><dt>${escaped(name)}</dt><dd class="${tone}">${text}</dd></div>`
}

const accountSection = ({ market }: Report): string => {
  const { views, missing } = market
  const choices = views.map(({ instrument }, i) => `<option value="${i}">${escaped(instrument)}</option>`)
  const choice =
    views.length < 2 ? '' : `<label>Instrument <select id="instrument">${choices.join('')}</select></label>`
  const advice = 'Import the file again, and write the report anew.'
  const keys = 'Left and right move the cursor, plus and minus zoom, zero shows all.'
  return [
    `<div id="panes" tabindex="0" role="group" aria-label="Equity, drawdown and price over time. ${keys}">`,
    '<div class="readout"><output id="readout" aria-live="off"></output>',
    `${choice}<button id="all" type="button" class="quiet" disabled>show all</button></div>`,
    '<div id="equity" class="chart"></div><div id="drawdown" class="chart"></div>',
    missing === ''
      ? '<div id="price" class="chart"></div>'
      : `<p class="empty">No prices to draw: ${escaped(missing)}. ${advice}</p>`,
    '</div>',
  ].join('\n')
}

const tradesSection = ({ trades }: Report): string => {
  if (trades.length === 0) return '<p class="empty">No position was closed.</p>'
  const cut =
    trades.length > TRADES ? `<p class="soft">The first ${count(TRADES)} are here, all of them in trades.csv.</p>` : ''
  return [
    '<div class="tools"><label>Filter <input id="filter" type="search" autocomplete="off"',
    'placeholder="sell lost"></label><output id="found" aria-live="polite"></output></div>',
    '<div id="table" tabindex="0" role="region" aria-label="Closed trades"><table></table></div>',
    '<p class="soft" id="left"></p>',
    cut,
    '<noscript><p class="empty">The table needs scripts; trades.csv beside this file has it all.</p></noscript>',
  ].join('\n')
}

const notes = ({ calendar, figures }: Report): string => {
  const { perYear } = figures.series.daily
  const zone = calendar.zone === undefined ? 'UTC' : `${calendar.zone}, days end at ${calendar.ends ?? '00:00'}`
  return [
    '<p class="soft">r are returns of trading days, E the account at their ends, f the risk-free return of a day (0),',
    `N = ${perYear} trading days of a year by the calendar “${calendar.name}” (${escaped(zone)}).`,
    'Point at a figure, or move to it by keys, for its formula and its n.',
    'What does not exist is “undefined”, never 0.</p>',
  ].join('\n')
}
