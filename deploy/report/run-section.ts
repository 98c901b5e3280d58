import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { feesText, marginText } from '../listed.ts'
import { escaped } from '../look/html.ts'
import type { Manifest } from '../manifest.ts'
import { count } from '../terminal.ts'
import { venueTextsOf } from '../venue-rules.ts'
import { decimal, spanText, timeText } from './format.ts'
import { graphPicture } from './graph-picture.ts'
import type { PriceView } from './prices.ts'
import type { Report } from './report.ts'

type Rows = readonly (readonly [name: string, value: string])[]

/** What was run, over what, how honest its fills are, and how to run it again. */
export const runSection = (report: Report): string => {
  const { manifest, graph, market } = report
  const { params, result, versions } = manifest
  return [
    '<div class="story"><div class="wide" tabindex="0" role="region" aria-label="Graph"><h3>Graph</h3>',
    typeof graph === 'string' ? `<p class="empty">No graph: ${escaped(graph)}</p>` : graphPicture(graph),
    '</div><div>',
    list(
      'Parameters',
      Object.entries(params).map(([name, value]) => [name, String(value)]),
    ),
    list('Fills', fillRows(report)),
    '</div></div><div class="groups">',
    list('Data', dataRows(manifest)),
    ...market.views.map(view => list(`Quality of ${view.instrument}`, qualityRows(view))),
    list(
      'Venue',
      Object.entries(result?.counts ?? {}).map(([name, value]) => [capital(words(name)), count(value)]),
    ),
    list('Fees and margin', listedRows(manifest)),
    list(
      'Orders refused',
      (result?.refusals ?? []).map(({ reason, orders }) => [reason, count(orders)]),
    ),
    list('Digests', Object.entries(result?.digests ?? {}), 'mono'),
    list('Made with', Object.entries(versions), 'mono'),
    '</div>',
    '<h3>Run it again</h3>',
    `<pre tabindex="0">${escaped(again(manifest))}</pre>`,
    '<p class="soft">The first line ends with the digests above; the second steps what was recorded and compares each',
    'decision.</p>',
  ].join('\n')
}

const list = (title: string, rows: Rows, tone = ''): string => {
  if (rows.length === 0) return ''
  const lines = rows.map(
    ([name, value]) => `<div class="fact"><dt>${escaped(name)}</dt><dd class="${tone}">${escaped(value)}</dd></div>`,
  )
  return `<section class="group"><h3>${escaped(title)}</h3><dl>${lines.join('')}</dl></section>`
}

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/** 'offGridPrices' is 'off grid prices'. */
const words = (name: string): string => name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const fillRows = ({ fills, manifest }: Report): Rows => {
  const at = (time: number): string => (fills.fills === 0 ? '' : ` at ${timeText(time)}`)
  const span = (micros: number): string => (Number.isNaN(micros) ? 'no fill' : spanText(micros))
  return [
    ['Fills', count(fills.fills)],
    [
      'Oldest quote used by a fill',
      `${span(fills.oldestQuoteUs)}${fills.oldestQuoteUs > 0 ? at(fills.oldestQuoteAt) : ''}`,
    ],
    ['Latency to the venue', spanText(manifest.latencyUs)],
    ['Held back from a quote older than the order', count(fills.waited)],
    ['Waited longer than 1 s', count(fills.waitedLong)],
    ['Median wait', span(fills.medianWaitUs)],
    ['Longest wait', `${span(fills.longestWaitUs)}${at(fills.longestWaitAt)}`],
  ]
}

const dataRows = ({ tape, source, from, to, result, currency, startBalance, mode }: Manifest): Rows => [
  ['Topic', tape.topic],
  ['Made from', tape.source],
  ...(source === null ? [] : [['Kept at', source] as const]),
  ['Rows', `${count(tape.rows)}${tape.state === 'whole' ? '' : `, ${tape.state}`}`],
  ...(from === null ? [] : [['From', formatMicros(from as Micros)] as const]),
  ...(to === null ? [] : [['To', formatMicros(to as Micros)] as const]),
  ['Digest', tape.digest],
  ...Object.entries(tape.counts).map(([name, value]) => [`Rows ${words(name)}`, count(value)] as const),
  ['Orders refused', count(result?.rejects.orders ?? 0)],
  ['Dead letters', count(result?.rejects.deadLetters ?? 0)],
  ['Start balance', `${decimal(startBalance / 10 ** currency.decimals, 2)} ${currency.code}`],
  ['Mode', mode],
]

const listedRows = ({ listed = { fees: {}, margin: {} } }: Manifest): Rows => [
  ...Object.entries(listed.fees).map(([id, fees]) => [id, feesText(fees)] as const),
  ...Object.entries(listed.margin).map(([id, margin]) => [`${id}, margin`, marginText(margin)] as const),
]

const qualityRows = ({ rows, late, quietMinutes, gaps }: PriceView): Rows => [
  ['Rows', count(rows)],
  ['Late rows', count(late)],
  ['Gaps of more than 1 min', count(quietMinutes)],
  ...gaps.map(
    ({ from, to }, i) =>
      [i === 0 ? 'Longest gaps' : '', `${spanText(to - from)}, ${timeText(from).slice(0, 16)}`] as const,
  ),
]

/** The command lines that do the same again. */
const again = (manifest: Manifest): string => {
  const { id, strategy, strategyFile, tape, source, from, to, params, startBalance, currency, latencyUs, mode } =
    manifest
  const amount = startBalance / 10 ** currency.decimals
  const flags: readonly (readonly [string, string | null])[] = [
    ['topic', tape.topic],
    ['log', source],
    ['from', from === null ? null : formatMicros(from as Micros).slice(0, -1)],
    ['to', to === null ? null : formatMicros(to as Micros).slice(0, -1)],
    ...Object.entries(params).map(([name, value]) => ['set', `${name}=${value}`] as const),
    ['balance', String(amount)],
    ['currency', currency.code],
    ['latency-ms', String(latencyUs / 1000)],
    ...venueTextsOf(manifest.venue).map(text => ['venue', text] as const),
    ['instruments', manifest.instrumentFile ?? null],
    ['mode', mode === 'fused' ? null : mode],
  ]
  const told = flags.flatMap(([name, value]) => (value === null ? [] : [`--${name} ${quoted(value)}`]))
  return [
    `millrace backtest ${quoted(strategyFile ?? strategy)} ${told.join(' ')}`,
    `millrace replay ${quoted(id)}`,
  ].join('\n')
}

/** A word of a shell. */
const quoted = (word: string): string => (/^[\w./:=+,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
