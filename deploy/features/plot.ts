import { dirname, join, resolve } from 'node:path'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import { sliceBlock } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import { bars, quotes, trades } from '../../engine/market/topics.ts'
import { rangeState, rowsWithin, type TimeRange } from '../../engine/run/range.ts'
import type { Source } from '../../models/features/feature-set.ts'
import { makeFolder, writeLines } from '../files.ts'
import { flagOpen, openInBrowser } from '../look/open.ts'
import { near } from '../near.ts'
import { rangeOf, sourceOf } from '../plan.ts'
import { importFiles } from '../sources.ts'
import { noTopic, readTapes, tapeOf } from '../tapes.ts'
import { count } from '../terminal.ts'
import type { Call, Flag } from '../verb.ts'
import type { Manual } from './catalogue.ts'
import { type Market, sample } from './market-rows.ts'
import { type Picture, pictureOf } from './picture.ts'
import { plotPage } from './plot-page.ts'
import { settingsOf } from './settings.ts'

const ROWS = 600
const MOST = 50_000

export const plotFlags: Readonly<Record<string, Flag>> = {
  data: { type: 'text', value: 'FILE', help: 'plot: quotes or trades in CSV or Parquet; imported when it is new' },
  sample: { type: 'switch', help: 'plot: the sample market; so too without --data and --topic' },
  instrument: { type: 'text', value: 'ID', help: 'plot: which one of the topic; default: the first that comes' },
  rows: { type: 'text', value: 'N', help: `plot: bars or ticks that are shown; default ${ROWS}` },
  set: { type: 'list', value: 'K=V', help: 'plot: an option of the operator; may be repeated' },
  open: { ...flagOpen, help: `plot: ${flagOpen.help}` },
}

/** Writes a picture of an operator over a market: `millrace features plot NAME`. */
export const plot = async (call: Call, manual: Manual): Promise<number> => {
  const rows = call.whole('rows', 2) ?? ROWS
  if (rows > MOST) throw new MillraceError('CLI_FLAG', `--rows is at most ${count(MOST)}, found ${count(rows)}`)
  const options = settingsOf(manual, call.list('set'))
  const picture = await onMarket(call, market => pictured(manual, { market, rows, options }))
  const name = `${manual.entry.name}.html`
  const out = resolve(call.text('out') ?? join(call.config.home, 'plots', name))
  makeFolder(dirname(out))
  await writeLines(out, [plotPage(picture)])
  if (call.has('open')) openInBrowser(call.terminal, out)
  const { title, market, at, values, warmup, settle } = picture
  call.answer({ out, operator: title, market, rows: at.length, values, warmup, settle }, () =>
    [`${out}`, `${title} over ${market}: ${count(values)} values from ${count(at.length)} rows`].join('\n'),
  )
  if (!call.has('open')) call.terminal.say(call.terminal.style('dim', 'see it: open that file, or give --open'))
  return 0
}

/** A refusal by the step itself is one of what was asked for. */
const pictured = async (manual: Manual, options: Parameters<typeof pictureOf>[1]): Promise<Picture> => {
  try {
    return await pictureOf(manual, options)
  } catch (cause) {
    const isOwn = Object.keys(options.options).length > 0 && (cause as { code?: string }).code === 'ASSERT'
    if (!isOwn) throw cause
    throw new MillraceError('CLI_FLAG', `--set: ${messageOf(cause)}`, { cause })
  }
}

const onMarket = async <T>(call: Call, look: (market: Market) => Promise<T>): Promise<T> => {
  const { data, topic } = { data: call.text('data'), topic: call.text('topic') }
  const told = [data !== undefined, topic !== undefined, call.has('sample')].filter(Boolean).length
  if (told > 1) throw new MillraceError('CLI_FLAG', 'give one of --data, --topic and --sample')
  if (data === undefined && topic === undefined) return look(sample)
  const name = data === undefined ? topic! : (await importFiles(call, [data])).tape.topic
  const found = await readTapes(call.config, async log => look(await tape(call, log, name)), sourceOf(call))
  if (found === null) throw noTopic(name, [])
  return found
}

const topics = { trades, bars, quotes }

const tape = async (call: Call, log: Log, topic: string): Promise<Market> => {
  await tapeOf(log, topic)
  const infos = (await log.topics()).filter(info => info.topic === topic)
  const held = new Set(infos.flatMap(({ schema }) => schema.split('+')))
  const holds = (['trades', 'bars', 'quotes'] as const).filter(source => held.has(topics[source].schema.name))
  const partitions = infos.map(({ partition }) => partition).sort((a, b) => a - b)
  const range = rangeOf(call)
  return {
    name: `topic ${topic}`,
    instrument: call.text('instrument') ?? null,
    holds,
    read: source => blocksOf(call, { log, topic, partitions, range, source }),
  }
}

interface Reading {
  readonly log: Log
  readonly topic: string
  readonly partitions: readonly number[]
  readonly range: TimeRange
  readonly source: Source
}

async function* blocksOf(call: Call, { log, topic, partitions, range, source }: Reading): AsyncGenerator<Block> {
  let rows = 0
  for (const partition of partitions) {
    const within = rangeState(range)
    for await (const { block } of log.read(topic, partition, 0)) {
      call.signal.throwIfAborted()
      if (block.schema.id !== topics[source].schema.id) continue
      for (const [from, to] of rowsWithin(block, 0, block.count, within)) yield sliceBlock(block, from, to)
      rows += block.count
      call.terminal.progress(0, () => [`${count(rows)} rows`])
      if (within.isOver) break
    }
  }
}

/** The operator of that name. Fails: usage CLI_NAME with the nearest. */
export const operatorOf = (known: readonly Manual[], word: string | undefined): Manual => {
  const asked = word?.replaceAll('-', '').toLowerCase()
  const found = known.find(({ entry }) => entry.name.toLowerCase() === asked)
  if (found !== undefined) return found
  const names = known.map(({ entry }) => entry.name)
  const alike = names.filter(name => asked !== undefined && name.toLowerCase().includes(asked)).slice(0, 8)
  const hint = alike.length > 0 ? `; like it: ${alike.join(', ')}` : near(word ?? '', names)
  const what = word === undefined ? 'no operator is named' : `there is no operator '${word}'${hint}`
  throw new MillraceError('CLI_NAME', `${what}; millrace features lists them`)
}
