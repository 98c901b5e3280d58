import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { type KnownRun, runsBelow } from '../report/known-runs.ts'
import { signed } from '../run.ts'
import { count, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

const SHOWN = 50

/** Largest first where it is a number, by the alphabet where it is a word. */
const columns = {
  when: run => run.at,
  id: run => run.id,
  strategy: run => run.strategy,
  topic: run => run.topic,
  begin: run => run.begin,
  trades: run => run.trades,
  net: run => run.net,
  return: run => run.return,
  drawdown: run => run.drawdown,
  factor: run => run.factor,
  won: run => run.won,
  sharpe: run => run.sharpe,
} as const satisfies Readonly<Record<string, (run: KnownRun) => number | string | null>>

type Column = keyof typeof columns

export const runs: Verb = {
  usage: 'runs [folder ...] [--sort COLUMN] [--strategy NAME] [--topic T] [--limit N]',
  words: 20,
  flags: {
    sort: { type: 'text', value: 'COLUMN', help: `${Object.keys(columns).join(', ')}; default when, the newest first` },
    reverse: { type: 'switch', help: 'the other way round' },
    strategy: { type: 'text', value: 'NAME', help: 'runs of one strategy' },
    topic: { type: 'text', value: 'T', help: 'runs over one topic' },
    limit: { type: 'text', value: 'N', help: `how many are shown; default ${SHOWN}, with --json all` },
    json: flagJson,
  },
  examples: ['runs', 'runs --sort sharpe --strategy mean-reversion', 'runs ./sweep --sort net --limit 10 --json'],
  async run(call) {
    const missing = call.words.find(word => !existsSync(word))
    if (missing !== undefined) throw new MillraceError('CLI_NAME', `there is no folder ${resolve(missing)}`)
    const folders = [...new Set([call.config.runs, ...call.words.map(word => resolve(word))])]
    const found = (await Promise.all(folders.map(runsBelow))).flat()
    const known = sorted(call, wanted(call, found))
    const limit = call.whole('limit', 1) ?? (call.has('json') ? known.length : SHOWN)
    call.answer(known.slice(0, limit), () => textOf(call, known, limit))
    return 0
  },
}

const wanted = (call: Call, found: readonly KnownRun[]): readonly KnownRun[] => {
  const [strategy, topic] = [call.text('strategy'), call.text('topic')]
  // A folder may be given that lies below the home folder.
  const each = new Map(found.map(run => [run.folder, run])).values()
  return [...each].filter(
    run => (strategy === undefined || run.strategy === strategy) && (topic === undefined || run.topic === topic),
  )
}

/** What has no value stands at the end, either way. */
const sorted = (call: Call, found: readonly KnownRun[]): readonly KnownRun[] => {
  const column = call.oneOf<Column>('sort', Object.keys(columns) as Column[]) ?? 'when'
  const way = call.has('reverse') ? -1 : 1
  const of = columns[column]
  return found.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    if (typeof x === 'number' && typeof y === 'number' && x !== y) return way * (y - x)
    return way * String(x).localeCompare(String(y), 'en', { numeric: true }) || a.id.localeCompare(b.id)
  })
}

const textOf = (call: Call, known: readonly KnownRun[], limit: number): string => {
  if (known.length === 0) return 'no runs yet: millrace backtest mean-reversion'
  const head = [
    'run',
    'written',
    'topic',
    'event time',
    'trades',
    'net',
    'return',
    'drawdown',
    'factor',
    'sharpe',
    'status',
  ]
  const left = known.length - limit
  const more = left > 0 ? [`and ${count(left)} more: --limit ${known.length}`] : []
  return [
    table(
      head,
      known.slice(0, limit).map(run => [nameOf(call, run), ...cellsOf(run)]),
    ),
    ...more,
  ].join('\n')
}

/** As other verbs take it: the id of a run of the home folder, else the way to its folder. */
const nameOf = ({ config }: Call, { folder }: KnownRun): string => {
  const name = relative(config.runs, folder)
  return name.startsWith('..') ? relative('.', folder) || '.' : name
}

const cellsOf = (run: KnownRun): readonly string[] => [
  new Date(run.at).toISOString().slice(0, 16).replace('T', ' '),
  run.topic,
  rangeText(run),
  run.trades === null ? '' : count(run.trades),
  run.net === null ? '' : signed(run.net),
  percent(run.return),
  percent(run.drawdown),
  run.factor?.toFixed(2) ?? '',
  run.sharpe?.toFixed(2) ?? '',
  run.status,
]

const percent = (share: number | null): string => (share === null ? '' : `${(share * 100).toFixed(2)} %`)

const rangeText = ({ begin, end }: KnownRun): string => {
  const [from, to] = [begin, end].map(at => (at === null ? '' : formatMicros(at as Micros).slice(0, 10)))
  return from === to ? from! : `${from} to ${to}`
}
