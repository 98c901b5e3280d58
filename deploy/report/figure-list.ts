import type { Figure, Unit } from '../../engine/figures/figure.ts'
import type { RunFigures } from '../../engine/figures/figures.ts'
import type { Interval } from '../../engine/figures/uncertainty.ts'
import { escaped } from '../look/html.ts'
import { figureText, NONE } from './format.ts'

/** Figures by what they are about, in the order of a page. */
export const groupsOf = (figures: RunFigures): readonly (readonly [string, readonly Figure[]])[] => {
  const { returns, ratios, drawdown, tails, trades, activity, trailing, periods, benchmark, shuffles } = figures
  const groups: readonly (readonly [string, Readonly<Record<string, Figure>>])[] = [
    ['Returns', returns],
    ['Return by risk', ratios],
    ['Drawdown', drawdown],
    ['Tails of days', tails],
    ['Trades', trades],
    ['Activity', activity],
    ...(benchmark === undefined ? [] : [['Against holding', benchmark] as const]),
    ['Up to the last day', trailing],
    ['Shuffled days', shuffles],
  ]
  return [
    ...groups.map(([title, group]) => [title, Object.values(group)] as const),
    ['Months, quarters, years', Object.values(periods).flatMap(period => Object.values(period))],
  ]
}

/** All figures, each with its formula and n for pointer and keys. */
export const figureList = (figures: RunFigures): string => {
  let serial = 0
  const groups = groupsOf(figures).map(([title, group]) =>
    groupHtml(
      title,
      group.map(({ name, value, unit, formula, n }) =>
        row({
          name,
          text: figureText(value, unit),
          told: `${formula}; n = ${n.toLocaleString('en-US')}`,
          serial: serial++,
        }),
      ),
    ),
  )
  const intervals = Object.values<Interval>(figures.intervals).map(
    ({ name, low, high, unit, formula, n, samples, ...of }) =>
      row({
        name,
        text: rangeText(low, high, unit),
        told: `${formula}; n = ${n} days, ${samples} histories in blocks of ${of.blockDays} days, seed ${of.seed}`,
        serial: serial++,
      }),
  )
  return `<div class="groups">${[...groups, groupHtml('Between, with 95 %', intervals)].join('\n')}</div>`
}

const groupHtml = (title: string, rows: readonly string[]): string =>
  `<section class="group"><h3>${escaped(title)}</h3><dl>${rows.join('')}</dl></section>`

interface Row {
  readonly name: string
  readonly text: string
  /** How it came about. */
  readonly told: string
  readonly serial: number
}

const row = ({ name, text, told, serial }: Row): string =>
  `<div class="figure" tabindex="0" aria-describedby="f${serial}"><dt>${escaped(name)}</dt>` +
  `<dd${text === NONE ? ' class="none"' : ''}>${escaped(text)}</dd>` +
  `<span class="told" role="tooltip" id="f${serial}">${escaped(told)}</span></div>`

const rangeText = (low: number | undefined, high: number | undefined, unit: Unit): string =>
  low === undefined || high === undefined ? NONE : `${figureText(low, unit)} to ${figureText(high, unit)}`
