import { MillraceError } from '../../engine/errors.ts'
import { type Manual, manuals } from '../features/catalogue.ts'
import { exportFlags, exportRows, setOf } from '../features/export.ts'
import { pageOf } from '../features/page.ts'
import { pages } from '../features/pages.ts'
import { operatorOf, plot, plotFlags } from '../features/plot.ts'
import { dataOfSet, listOfSets, pageOfSet } from '../features/sets.ts'
import { near } from '../near.ts'
import { table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const features: Verb = {
  usage: 'features [name], features sets [set], features plot NAME, features pages, features export SET',
  words: 2,
  flags: {
    subject: { type: 'text', value: 'NAME', help: 'those of one subject: volatility' },
    ...exportFlags,
    ...plotFlags,
    topic: { type: 'text', value: 'T', help: 'export, plot: the recorded topic' },
    log: { ...exportFlags.log!, help: exportFlags.log!.help.replace('export', 'export, plot') },
    out: { type: 'text', value: 'PATH', help: 'export: the Parquet file; plot: the picture; pages: the folder' },
    json: flagJson,
  },
  examples: [
    'features',
    'features rsi',
    'features --subject volatility',
    'features --subject volume --json',
    'features sets oracle',
    'features plot bollinger --set length=50 --open',
    'features plot rsi --topic eurusd --from 2014-05-02 --out rsi.html',
    'features pages --out reference',
    'features export oracle --topic btcusdt --out rows.parquet',
    'features export gaps --topic eurusd --out rows.parquet --label fixed-horizon,horizon=15m,dead-bps=1',
    'features export gaps --topic eurusd --out rows.parquet --label triple-barrier,horizon=4h,profit=3,stop=2',
  ],
  async run(call) {
    const [name, second] = call.words
    if (name === 'export') return exportRows(call, second)
    if (name === 'sets') return tellSets(call, second)
    if (name === 'pages') return pages(call)
    if (name === 'plot') return plot(call, operatorOf(await manuals(), second))
    if (second !== undefined) throw new MillraceError('CLI_FLAG', `found '${second}' behind the name of one operator`)
    const known = await manuals()
    const subject = call.oneOf('subject', [...new Set(known.map(({ entry }) => entry.subject))])
    const found = named(
      known.filter(({ entry }) => subject === undefined || entry.subject === subject),
      name,
    )
    const [first] = found
    const isPage = name !== undefined && found.length === 1
    call.answer(
      found.map(({ entry }) => entry),
      () => (isPage ? pageOf(first!) : listOf(found)),
    )
    return 0
  },
}

const tellSets = async (call: Call, name: string | undefined): Promise<number> => {
  if (name === undefined) {
    const { featureSets } = await import('../../models/features/index.ts')
    const sets = Object.values(featureSets)
    call.answer(sets.map(dataOfSet), () => listOfSets(sets))
  } else {
    const set = await setOf(name)
    call.answer(dataOfSet(set), () => pageOfSet(set))
  }
  return 0
}

/** The one of that name, else all whose names have it in them. Fails: usage CLI_NAME. */
const named = (known: readonly Manual[], word: string | undefined): readonly Manual[] => {
  if (word === undefined) return known
  const asked = letters(word)
  const exact = known.filter(({ entry }) => letters(entry.name) === asked)
  const found = exact.length > 0 ? exact : known.filter(({ entry }) => letters(entry.name).includes(asked))
  if (found.length > 0) return found
  const names = known.map(({ entry }) => entry.name)
  throw new MillraceError(
    'CLI_NAME',
    `there is no operator '${word}'${near(word, names)}; millrace features lists them`,
  )
}

/** 'z-score' is 'zScore'. */
const letters = (name: string): string => name.replaceAll('-', '').toLowerCase()

/** One line each; warm-up and settling are those of the options in brackets. */
const listOf = (known: readonly Manual[]): string =>
  table(
    ['operator', 'subject', 'in', 'out', 'unit', 'warm-up', 'settles', 'source'],
    known.map(({ entry, kernel }) => [
      entry.name + kernel.name.slice(entry.name.length),
      ...[entry.subject, entry.in, entry.out, entry.unit].map(brief),
      String(entry.warmup),
      entry.settle === null ? 'never' : String(entry.settle),
      brief(entry.source),
    ]),
  )

const CELL = 32

/** The first clause. */
const brief = (text: string): string => {
  const [clause = ''] = text.split(/[;:]/)
  return clause.length > CELL ? `${clause.slice(0, CELL - 1)}…` : clause
}
