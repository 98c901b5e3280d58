import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { unpackedBytes } from '../connectors/file/bytes.ts'
import { parseColumns } from '../connectors/file/columns.ts'
import { type CsvOptions, type CsvReport, csvSource, instrumentOf } from '../connectors/file/csv.ts'
import { openMeter } from '../connectors/file/open.ts'
import { isTape, readTape } from '../connectors/file/tape.ts'
import { isParquet } from '../connectors/parquet/magic.ts'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { definitions, instrumentFor } from '../engine/market/definitions.ts'
import type { Micros } from '../engine/market/units.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { makeFolder } from './files.ts'
import {
  isDamage,
  type KnownTape,
  LIST,
  openTapes,
  type Recording,
  readTapes,
  recordTape,
  type Tape,
  tapesOf,
} from './tapes.ts'
import { count, rate, timeLeft } from './terminal.ts'
import type { Call, Flag } from './verb.ts'

/** How a file is to be read: the flags that `import` and `backtest --data` share. */
export const fileFlags: Readonly<Record<string, Flag>> = {
  instrument: { type: 'text', value: 'ID', help: 'when no column tells it; default: from the name of the file' },
  tick: { type: 'text', value: 'SIZE', help: 'its tick size, for an instrument that has no definition here' },
  columns: { type: 'text', value: 'MAP', help: 'which column is which: at=0,bid=1,ask=2 or at=time,bid=b,ask=a' },
  unit: { type: 'text', value: 'UNIT', help: 'of the stamps: s, ms, us, ns or text; default: by their looks' },
  zone: { type: 'text', value: 'ZONE', help: 'of stamps that name none: UTC (default), UTC-5, America/New_York' },
  crossed: { type: 'text', value: 'HOW', help: 'quotes with ask below bid: accept (default), mark or refuse' },
  locked: { type: 'text', value: 'HOW', help: 'quotes with ask equal to bid: accept (default), mark or refuse' },
  duplicates: { type: 'text', value: 'HOW', help: 'rows that repeat the one before: accept (default), mark or refuse' },
  'out-of-order': { type: 'text', value: 'HOW', help: 'rows behind the latest time: refuse (default), accept or fail' },
  rejects: { type: 'text', value: 'FILE', help: 'where refused and marked rows go; default: in the home folder' },
  strict: { type: 'switch', help: 'stop at the first row that is not taken' },
  replace: { type: 'switch', help: 'drop what the topic holds' },
}

/** A tape, and whether it had to be made. */
export interface Recorded {
  readonly tape: Tape
  readonly isNew: boolean
}

export interface Imported extends Recorded {
  /** Refused and marked rows; null when there are none. */
  readonly rejects: string | null
  /** The instrument that was guessed from the name of the file; null when it was told. */
  readonly guessed: string | null
}

/** Where a file goes. */
export interface ImportTo {
  /** Default: the name of the file. */
  readonly topic?: string | undefined
  /** The log; null is that of the home folder. */
  readonly address?: string | null
  /** The keys are spread over so many; default 1. */
  readonly partitions?: number
}

/** A file as a tape; read once: the same bytes read in the same way are the tape that is there. */
export const importFile = async (call: Call, path: string, to: ImportTo = {}): Promise<Imported> => {
  if (await isParquet(path)) {
    const { parquetText } = await import('../connectors/parquet/text.ts')
    return importRows(call, path, to, parquetText)
  }
  return (await isTape(path)) ? importTape(call, path, to) : importRows(call, path, to, unpackedBytes)
}

const importTape = async (call: Call, path: string, { topic, address = null, partitions = 1 }: ImportTo) => {
  const print = await printOf(path, {})
  const known = (await readTapes(call.config, tapesOf, address)) ?? []
  const name = topic ?? freeName(path, print, known)
  if (topic !== undefined) checkTopic(topic, print, known, call.has('replace'))
  const origin = { topic: name, source: resolve(path), print, partitions }
  const { tape, isNew } = await recorded(call, origin, { known, address }, () => ({
    blocks: readTape(path, call.signal),
    define: null,
    counts: () => ({}),
    onRows: rows => call.terminal.progress(0, () => [`${count(rows)} rows`]),
  }))
  return { tape, isNew, guessed: null, rejects: null }
}

const importRows = async (
  call: Call,
  path: string,
  { topic, address = null, partitions = 1 }: ImportTo,
  text: NonNullable<CsvOptions['text']>,
): Promise<Imported> => {
  const { bytesTotal } = await openMeter(path)
  const options = optionsOf(call, path)
  // A pipe can be read only once, so it is another tape each time.
  const print = bytesTotal > 0 ? await printOf(path, readAs(options, call.text('tick'))) : randomUUID()
  const known = (await readTapes(call.config, tapesOf, address)) ?? []
  const name = topic ?? freeName(path, print, known)
  if (topic !== undefined) checkTopic(topic, print, known, call.has('replace'))
  const rejects = options.rejectsFile ?? join(call.config.home, 'rejects', `${name}.csv`)
  const source = csvSource({ ...options, rejectsFile: rejects, text })
  const origin = { topic: name, source: resolve(path), print, partitions }
  const { tape, isNew } = await recorded(call, origin, { known, address }, () => {
    makeFolder(dirname(rejects))
    return {
      blocks: source.blocks(call.signal),
      define: key => instrumentFor(key, call.text('tick')),
      counts: () => countsOf(source.report()),
      onRows: drawer(call, source.report),
    }
  })
  const [first] = isNew ? source.report().instruments : []
  const guessed = call.text('instrument') === undefined && first === options.instrument ? (first ?? null) : null
  return { tape, isNew, guessed, rejects: existsSync(rejects) ? rejects : null }
}

type Origin = Pick<Recording, 'topic' | 'source' | 'print' | 'partitions'>

/** Makes the tape, unless it is there. */
export const recorded = async (
  call: Call,
  origin: Origin,
  { known, address }: { readonly known: readonly KnownTape[]; readonly address: string | null },
  start: () => Omit<Recording, keyof Origin>,
): Promise<Recorded> => {
  const there = known.find(({ tape }) => tape.topic === origin.topic)?.tape
  if (there?.state === 'whole' && there.print === origin.print) return { tape: there, isNew: false }
  const log = await openTapes(call.config, address)
  try {
    return { tape: await recordTape(log, { ...origin, ...start() }, call.signal), isNew: true }
  } catch (error) {
    if (isDamage(error)) call.terminal.say(`what was good stands in topic ${origin.topic}`)
    throw error
  } finally {
    await log.close()
  }
}

/** The name of the file without its endings; with the print behind it when another tape has that name. */
const freeName = (path: string, print: string, known: readonly KnownTape[]): string => {
  const stem = basename(path).replace(/(\.(csv|txt|tsv|tape|parquet|gz|zst|zstd))+$/i, '')
  const name = stem.replace(/[^\w.-]+/g, '-').slice(0, 200) || 'tape'
  const there = known.find(({ tape }) => tape.topic === name)?.tape
  const isFree = name !== LIST && (there === undefined || there.state === 'begun' || there.print === print)
  return isFree ? name : `${name}-${print.slice(0, 6)}`
}

const checkTopic = (topic: string, print: string, known: readonly KnownTape[], mayReplace: boolean): void => {
  const there = known.find(({ tape }) => tape.topic === topic)?.tape
  if (topic === LIST) throw new MillraceError('CLI_TAKEN', `topic '${topic}' is the list of all tapes`)
  if (there === undefined || there.state === 'begun' || there.print === print || mayReplace) return
  const sentence = `topic '${topic}' holds ${there.source}, or was read with other options`
  throw new MillraceError('CLI_TAKEN', sentence)
}

const optionsOf = (call: Call, path: string): CsvOptions & { readonly instrument: string } => {
  const odd = ['accept', 'mark', 'refuse'] as const
  const columns = call.text('columns')
  const given = {
    unit: call.oneOf('unit', ['s', 'ms', 'us', 'ns', 'text']),
    zone: call.text('zone'),
    columns: columns === undefined ? undefined : parseColumns(columns),
    crossed: call.oneOf('crossed', odd),
    locked: call.oneOf('locked', odd),
    duplicates: call.oneOf('duplicates', odd),
    outOfOrder: call.oneOf('out-of-order', ['refuse', 'accept', 'fail']),
    rejectsFile: call.text('rejects'),
    // A column may name instruments that nobody defined: their rows are refused.
    instruments: call.text('tick') === undefined ? definitions.map(({ id }) => id) : undefined,
  }
  const told = Object.entries(given).filter(([, value]) => value !== undefined)
  const instrument = call.text('instrument') ?? guessOf(path)
  return { path, instrument, strict: call.has('strict'), ...Object.fromEntries(told) }
}

/** The word of the file's name that is an instrument we know, or else its first word. */
const guessOf = (path: string): string => {
  const words = basename(path)
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
  return words.find(word => definitions.some(({ id }) => id === word)) ?? instrumentOf(path)
}

/** What changes the rows that are read from the same bytes. */
const readAs = ({ path: _path, rejectsFile: _rejects, ...read }: CsvOptions, tick = ''): object => ({ ...read, tick })

/** SHA-256 over the bytes of the file and the options that change what is read from it. */
const printOf = async (path: string, options: object): Promise<string> => {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  } catch (cause) {
    throw new MillraceError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  return hash.update(JSON.stringify(sorted)).digest('hex')
}

const countsOf = ({ refused, odd, reasons }: CsvReport): Record<string, number> => {
  const found = Object.entries(reasons).filter(([, number]) => number > 0)
  return { refused, ...odd, ...Object.fromEntries(found.map(([reason, number]) => [`refused: ${reason}`, number])) }
}

const drawer = ({ terminal }: Call, report: () => CsvReport): NonNullable<Recording['onRows']> => {
  const started = performance.now()
  const left = timeLeft()
  return (rows, at) => {
    const { bytesRead, bytesTotal } = report()
    const share = bytesTotal > 0 ? bytesRead / bytesTotal : 0
    terminal.progress(share, () => {
      const speed = rows / ((performance.now() - started) / 1000)
      return [`${rate(speed)} rows/s`, formatMicros(at as Micros).slice(0, 16), left(share)]
    })
  }
}
