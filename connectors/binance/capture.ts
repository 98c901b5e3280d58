import { isMillraceError, MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { type Packing, unpackedBytes } from '../file/bytes.ts'
import { newTally, type Tally, type Treatment } from '../file/findings.ts'
import { wholeLines } from '../file/lines.ts'
import { openMeter } from '../file/open.ts'
import { rejectsFile } from '../file/rejects.ts'
import { type RowRuns, rowRuns } from '../file/row-runs.ts'
import { LINE_END } from '../file/scan.ts'
import { type BookReport, bookReport } from './books.ts'
import { feedDoor, type Part } from './feed.ts'
import { feedClocks, type LatencyReport, latencyReport } from './latency.ts'
import { type CaptureState, lineReader } from './read-line.ts'

export interface CaptureOptions {
  readonly path: string
  /** The name of the capture's one instrument. Default: the symbols of its messages. */
  readonly instrument?: string
  /** Rows of other instruments are refused. Default: all are taken. */
  readonly instruments?: readonly string[]
  /** What is taken. Default: all of it. */
  readonly parts?: readonly Part[]
  /**
   * So many of the best levels of the book after each update, as rows of `book-snapshots`, for operators of the book.
   * Default: the snapshot, then rows of `book-deltas`.
   */
  readonly levels?: number
  /** Quotes with an ask below the bid. Default `accept`. */
  readonly crossed?: Treatment
  /** Quotes with an ask equal to the bid. Default `accept`. */
  readonly locked?: Treatment
  /** Quotes and trades whose number is not above that of the one before. Default `refuse`. */
  readonly duplicates?: Treatment
  /** Stop with an error at the first line that is not taken. Default false. */
  readonly strict?: boolean
  /** Where refused lines, and those that show a gap, go; null: only counted. */
  readonly rejectsFile: string | null
}

/** What the door has seen so far; may be asked while blocks are taken, for a progress bar. */
export interface CaptureReport extends Tally {
  readonly path: string
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly packing: Packing | null
  /** Fingerprint of the file as it lies there; null until its last byte is read. */
  readonly sha256: string | null
  readonly instruments: readonly string[]
  /** Messages of kinds that are not read here. */
  readonly others: number
  readonly books: Readonly<Record<string, BookReport>>
  /** The first gaps, one sentence each, with file and line. */
  readonly gaps: readonly string[]
  readonly latency: LatencyReport
}

export interface CaptureSource {
  /** Reads the file from its start; a source is read once. */
  blocks(signal?: AbortSignal): AsyncIterable<Block>
  report(): CaptureReport
  /** Whether what was read of an instrument is of the spot market, which may have other steps than its futures. */
  isSpot(key: string): boolean
}

/**
 * Raw WebSocket messages of Binance, spot or futures, one a line behind the local time in nanoseconds: quotes from
 * `bookTicker`, trades from `trade` or else `aggTrade`, and the book from `depthUpdate` and the snapshots that REST
 * answers, as rows of `quotes`, `trades`, `book-snapshots` and `book-deltas`.
 *
 * A row is stamped with its local time on the clock of the venue: a local clock that is behind is set right by as much
 * as has shown so far (see `correctedAt`), and the report tells the latency before and after. Both clocks of each
 * message come from `captureStamps`. A book is passed on only as far as its numbers have no gap (see `feedDelta`).
 *
 * Delivers  every good message once, in the order of the file, a block for each run of rows of one kind; plain, gzip or
 *           zstd
 * Blocks    nothing is read before it is asked for; the rows of one line wait, and up to `HELD_MAX` deltas for a
 *           snapshot
 * Late      a line behind the latest local time is taken at that time, and counted
 * Ends      at the end of the file, or quietly when the signal aborts
 * Fails     usage FILE_MISSING, FILE_FORMAT; fault FILE_READ, FILE_EMPTY, FILE_REJECTS; fault FILE_TRUNCATED and
 *           FILE_CORRUPT, reject FILE_ROW (strict): after the rows before it were delivered
 *
 * @example
 * captureSource({ path: 'btcusdt.jsonl.gz', rejectsFile: null }).report().latency.skewMs // => 0
 */
export const captureSource = (options: CaptureOptions): CaptureSource => {
  const runs = rowRuns()
  const state = newState(options, runs)
  return {
    blocks: signal => readCapture(options, state, runs, signal),
    report: () => reportOf(options.path, state),
    isSpot: key => state.feeds.feeds.find(feed => feed.key === key)?.isSpot === true,
  }
}

/** What a message that was taken tells of its times, microseconds. */
export const feedStamps: Schema = {
  id: 42,
  name: 'feed-stamp',
  fields: [
    { name: 'localAt', type: 'f64', unit: 'us, as recorded' },
    { name: 'venueAt', type: 'f64', unit: 'us; -1 where it is not told' },
    { name: 'line', type: 'f64', unit: 'line of the file' },
  ],
}

/**
 * Both clocks of every message of a capture that was taken, as rows of `feedStamps` with the key and the time of the
 * rows that `captureSource` gives. Reads the file anew. Ends and fails as that does.
 */
export async function* captureStamps(options: CaptureOptions, signal?: AbortSignal): AsyncGenerator<Block> {
  const runs = rowRuns()
  const state = newState({ ...options, rejectsFile: null }, { push: () => undefined })
  state.onMessage = (key, stamps) => runs.push(feedStamps, key, stamps)
  yield* readCapture(options, state, runs, signal)
}

const newState = (options: CaptureOptions, { push }: Pick<RowRuns, 'push'>): CaptureState => {
  const tally = newTally()
  const feeds = feedDoor(options, (schema, key, record) => {
    push(schema, key, record)
    if (tally.rows++ === 0) tally.firstAt = record.at
  })
  return { tally, feeds, clocks: feedClocks(), gaps: [], others: 0, meter: null, onMessage: null }
}

async function* readCapture(options: CaptureOptions, state: CaptureState, runs: RowRuns, signal?: AbortSignal) {
  const { path } = options
  const { tally } = state
  const meter = await openMeter(path)
  state.meter = meter
  const rejects = options.rejectsFile === null ? null : rejectsFile(options.rejectsFile)
  const read = lineReader(options, state, rejects)
  let failure: unknown
  try {
    for await (const { bytes } of wholeLines(unpackedBytes(meter, signal), path)) {
      for (let from = 0; from < bytes.length && !signal?.aborted; ) {
        const next = bytes.indexOf(LINE_END, from) + 1
        read(bytes, from, next)
        yield* runs.ready()
        from = next
      }
    }
  } catch (error) {
    failure = error
  } finally {
    rejects?.close()
  }
  yield* runs.rest()
  if (failure !== undefined) throw withRows(failure, tally.rows)
  if (tally.rows === 0 && !signal?.aborted)
    throw new MillraceError('FILE_EMPTY', `${path} has no message that could be taken: ${tally.lines} lines`)
}

const reportOf = (path: string, { tally, feeds, clocks, gaps, others, meter }: CaptureState): CaptureReport => ({
  ...structuredClone(tally),
  path,
  bytesRead: meter?.bytesRead ?? 0,
  bytesTotal: meter?.bytesTotal ?? 0,
  packing: meter?.packing ?? null,
  sha256: meter?.sha256 ?? null,
  instruments: feeds.feeds.map(({ key }) => key),
  others,
  books: Object.fromEntries(feeds.feeds.map(({ key, book }): [string, BookReport] => [key, bookReport(book)])),
  gaps: [...gaps],
  latency: latencyReport(clocks),
})

/** Says how much of a damaged file was kept. */
const withRows = (failure: unknown, rows: number): unknown =>
  isMillraceError(failure) && (failure.code === 'FILE_TRUNCATED' || failure.code === 'FILE_CORRUPT')
    ? new MillraceError(failure.code, `${failure.message}; the ${rows} rows before are kept`, { cause: failure.cause })
    : failure
