import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { CaptureReport, CaptureSource } from '../connectors/binance/capture.ts'
import { barPairSource } from '../connectors/file/bar-pairs.ts'
import { type CsvOptions, type CsvReport, type CsvSource, csvSource } from '../connectors/file/csv.ts'
import { textFormat } from '../connectors/file/format.ts'
import { openMeter } from '../connectors/file/open.ts'
import { resampled } from '../connectors/file/resample.ts'
import { isTape, readTape } from '../connectors/file/tape.ts'
import { isParquet } from '../connectors/parquet/magic.ts'
import { MillraceError, messageOf } from '../engine/errors.ts'
import type { Block } from '../engine/log/block.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { captureOptions, charged, definer, type NamedFile, refuseOfTape, resampleUs, rowOptions } from './file-flags.ts'
import type { Charged } from './financing-rows.ts'
import { type TickCheck, tickCheck } from './tick-check.ts'

/** A file that can be read: what it is, and what decides its rows. */
export interface FileSource {
  readonly path: string
  readonly format: Format
  /** SHA-256 over its bytes and the flags that change what is read from them; another each time for a pipe. */
  readonly print: string
  /** Where refused and marked rows go, as far as a flag says it. */
  readonly rejects: string | undefined
  /** The definition of a key; null when definitions are among the rows. */
  readonly define: ((key: string) => Instrument) | null
  readonly charged: Charged
  /** Reads it, once. Null: nothing is refused, because it was checked before. */
  read(rejects: string): FileReading
}

/** A file while it is read. */
export interface FileReading {
  blocks(signal: AbortSignal): AsyncIterable<Block>
  /** Both clocks of its messages, from its start; null where it has but one. */
  readonly stamps: ((signal: AbortSignal) => AsyncIterable<Block>) | null
  progress(): { readonly bytesRead: number; readonly bytesTotal: number }
  /** What the door counted: refused, crossed, locked ... */
  counts(): Readonly<Record<string, number>>
  /** The instrument that was guessed from the name of the file; null when it was told. */
  guessed(): Instrument | null
}

export type Format = (typeof FORMATS)[number]
const FORMATS = ['csv', 'jsonl', 'capture', 'parquet', 'tape'] as const

/** Fails: usage FILE_MISSING, FILE_FORMAT, FILE_OPTION, CLI_FLAG; fault FILE_READ, FILE_EMPTY. */
export const openFile = async (file: NamedFile): Promise<FileSource> => {
  const format = file.call.oneOf('format', FORMATS) ?? (await formatOf(file.path))
  const spanUs = resampleUs(file)
  const source = checked(await OPENERS[format](file, format))
  return spanUs === undefined ? source : thinned(source, spanUs)
}

/** Prices are held against the tick size; those of a tape were when it was made. */
const checked = (source: FileSource): FileSource => {
  const { define } = source
  if (define === null) return source
  return {
    ...source,
    read(rejects) {
      const reading = source.read(rejects)
      const check = tickCheck(define)
      return {
        ...reading,
        blocks: signal => looked(reading.blocks(signal), check),
        counts: () => ({ ...reading.counts(), ...(check.off() > 0 && { 'rows off the tick size': check.off() }) }),
      }
    },
  }
}

async function* looked(blocks: AsyncIterable<Block>, check: TickCheck): AsyncGenerator<Block> {
  for await (const block of blocks) {
    check.look(block)
    yield block
  }
}

const thinned = (source: FileSource, spanUs: number): FileSource => ({
  ...source,
  print: createHash('sha256').update(`${source.print} by ${spanUs}`).digest('hex'),
  read(rejects) {
    const reading = source.read(rejects)
    return { ...reading, blocks: signal => resampled(reading.blocks(signal), spanUs) }
  },
})

const formatOf = async (path: string): Promise<Format> => {
  if (await isParquet(path)) return 'parquet'
  if (await isTape(path)) return 'tape'
  return textFormat(path)
}

const openTape = async (file: NamedFile): Promise<FileSource> => {
  refuseOfTape(file)
  const { path } = file
  return {
    path,
    format: 'tape',
    print: await printOf([path], {}),
    rejects: undefined,
    define: null,
    charged: new Map(),
    read: () => ({
      blocks: signal => readTape(path, signal),
      stamps: null,
      progress: () => ({ bytesRead: 0, bytesTotal: 0 }),
      counts: () => ({}),
      guessed: () => null,
    }),
  }
}

const openRows = async (file: NamedFile, format: Format): Promise<FileSource> => {
  const { path, call } = file
  const { path: _path, ...options } = rowOptions(file)
  const asks = call.text('asks')
  const text = format === 'parquet' ? (await import('../connectors/parquet/text.ts')).parquetText : undefined
  const sourceOf = (rejects: string): CsvSource => {
    const given: CsvOptions = { path, ...options, rejectsFile: rejects, ...(text && { text }) }
    return asks === undefined ? csvSource(given) : barPairSource({ ...given, asks, asksRejectsFile: `${rejects}.asks` })
  }
  return {
    ...(await shared(file, asks === undefined ? [path] : [path, asks], options)),
    format,
    read(rejects) {
      const source = sourceOf(rejects)
      return {
        blocks: signal => source.blocks(signal),
        stamps: null,
        progress: source.report,
        counts: () => countsOf(source.report()),
        guessed() {
          const [first] = source.report().instruments
          return call.text('instrument') === undefined && first === options.instrument ? definer(call)(first) : null
        },
      }
    },
  }
}

const openCapture = async (file: NamedFile): Promise<FileSource> => {
  const { captureSource, captureStamps } = await import('../connectors/binance/capture.ts')
  const { spotInstruments } = await import('../connectors/binance/spot.ts')
  const { path, call } = file
  const [ofSpot, ofFutures] = [definer(call, spotInstruments), definer(call)]
  let isSpot: CaptureSource['isSpot'] = () => false
  const { path: _path, ...options } = captureOptions(file)
  const { bytesTotal } = await openMeter(path)
  return {
    ...(await shared(file, [path], { ...options, format: 'capture' })),
    format: 'capture',
    define: id => (isSpot(id) ? ofSpot(id) : ofFutures(id)),
    read(rejectsFile) {
      const source = captureSource({ path, ...options, rejectsFile })
      isSpot = source.isSpot
      return {
        blocks: signal => source.blocks(signal),
        stamps: bytesTotal > 0 ? signal => captureStamps({ path, ...options, rejectsFile: null }, signal) : null,
        progress: source.report,
        counts: () => ({ ...countsOf(source.report()), ...feedCounts(source.report()) }),
        guessed: () => null,
      }
    },
  }
}

const OPENERS: Readonly<Record<Format, (file: NamedFile, format: Format) => Promise<FileSource>>> = {
  csv: openRows,
  jsonl: openRows,
  capture: openCapture,
  parquet: openRows,
  tape: openTape,
}

const shared = async ({ path, call }: NamedFile, files: readonly string[], options: object) => {
  const [tick, instruments] = [call.text('tick'), call.text('instruments')]
  const meters = await Promise.all(files.map(openMeter))
  const all = instruments === undefined ? files : [...files, instruments]
  // A pipe can be read only once, so it is another tape each time.
  const print = meters.every(({ bytesTotal }) => bytesTotal > 0)
    ? await printOf(all, { ...options, tick: tick ?? '' })
    : randomUUID()
  return { path, print, rejects: call.text('rejects'), define: definer(call), charged: charged(call) }
}

/** SHA-256 over the bytes of files and the options that change what is read from them. */
const printOf = async (paths: readonly string[], options: object): Promise<string> => {
  const hash = createHash('sha256')
  for (const path of paths) {
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
    } catch (cause) {
      throw new MillraceError('FILE_READ', `cannot read ${path}: ${messageOf(cause)}`, { cause })
    }
  }
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  return hash.update(JSON.stringify(sorted)).digest('hex')
}

const countsOf = ({
  refused,
  odd,
  reasons,
}: Pick<CsvReport, 'refused' | 'odd' | 'reasons'>): Record<string, number> => {
  const found = Object.entries(reasons).filter(([, number]) => number > 0)
  return { refused, ...odd, ...Object.fromEntries(found.map(([reason, number]) => [`refused: ${reason}`, number])) }
}

export const CLOCK_BEHIND = 'us that the local clock was behind'

/** What a feed is judged by; all books of it together. */
const feedCounts = ({ books, latency, others }: CaptureReport): Record<string, number> => {
  const sum = (name: 'applied' | 'gaps' | 'crossed' | 'compared' | 'equal'): number =>
    Object.values(books).reduce((total, book) => total + book[name], 0)
  return {
    'messages of other kinds': others,
    'book updates': sum('applied'),
    'gaps in the book': sum('gaps'),
    'crossed books': sum('crossed'),
    'best bids and offers as the venue tells them': sum('equal'),
    'best bids and offers that differ': sum('compared') - sum('equal'),
    [CLOCK_BEHIND]: -latency.skewMs * 1000,
  }
}
