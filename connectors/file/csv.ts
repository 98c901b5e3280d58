import { basename } from 'node:path'
import { isMillraceError, MillraceError } from '../../engine/errors.ts'
import type { Block } from '../../engine/log/block.ts'
import type { StampOptions } from '../../engine/time/stamp.ts'
import { type BarPath, quotesAlong, spanOf, USUAL_PATH } from './bar-path.ts'
import { type Packing, type ReadMeter, unpackedBytes } from './bytes.ts'
import type { ColumnMap, RowKind } from './columns.ts'
import { newTally, type Tally, type Treatment } from './findings.ts'
import { type InstrumentIndex, instrumentIndex } from './instruments.ts'
import { findLayout, type Layout } from './layout.ts'
import { wholeLines } from './lines.ts'
import { openMeter } from './open.ts'
import { doorPolicy, type Policy } from './policy.ts'
import { type RejectsFile, rejectsFile } from './rejects.ts'
import { type RowDoor, rowDoor } from './rows.ts'
import type { Delimiter } from './scan.ts'
import { type StampParser, stampParser } from './stamp.ts'

export interface CsvOptions extends StampOptions {
  readonly path: string
  /** What a row is. Default: what the columns say, `quotes` when there are bid and ask. */
  readonly kind?: RowKind
  /** The instrument of every row when no column tells it. Default: the first word of the file's name, in capitals. */
  readonly instrument?: string
  /** Rows of other instruments are refused. Default: all are taken. */
  readonly instruments?: readonly string[]
  /** The quotes that a bar is made to. Default: open, high, low and close, 300, 200, 100 and 0 ms before its stamp. */
  readonly barPath?: BarPath
  /** Where columns stand that do not have a usual name. */
  readonly columns?: ColumnMap
  /** Default: the one of comma, semicolon and tab that cuts the first line into the most fields. */
  readonly delimiter?: Delimiter
  /** Quotes with an ask below the bid. Default `accept`. */
  readonly crossed?: Treatment
  /** Quotes with an ask equal to the bid. Default `accept`. */
  readonly locked?: Treatment
  /** Rows that repeat the row before in time, instrument and every value. Default `accept`. */
  readonly duplicates?: Treatment
  /** Rows whose time is before the highest so far. `fail` stops with an error. Default `refuse`. */
  readonly outOfOrder?: 'refuse' | 'accept' | 'fail'
  /** Stop with an error at the first row that is not taken. Default false. */
  readonly strict?: boolean
  /** Gives the text of a file that is none. Default: its bytes, unpacked. */
  readonly text?: (meter: ReadMeter, signal?: AbortSignal) => AsyncIterable<Uint8Array>
  /** Where refused and marked rows go; null: only counted. Default: `<name>.rejects.csv` beside the file. */
  readonly rejectsFile?: string | null
}

/** What the door has seen so far; may be asked while blocks are taken, for a progress bar. */
export interface CsvReport extends Tally {
  readonly path: string
  /** Of the file as it lies there: packed. */
  readonly bytesRead: number
  /** 0 until the file is opened. */
  readonly bytesTotal: number
  readonly packing: Packing | null
  /** Fingerprint of the file as it lies there; null until its last byte is read. */
  readonly sha256: string | null
  readonly kind: RowKind | null
  /** In order of first appearance. */
  readonly instruments: readonly string[]
  /** Null when no row is kept: a file is there only when a row was refused or marked. */
  readonly rejectsFile: string | null
}

export interface CsvSource {
  /** Reads the file from its start; a source is read once. */
  blocks(signal?: AbortSignal): AsyncIterable<Block>
  report(): CsvReport
}

/**
 * A file of quotes, trades or bars, one row a line, as blocks of columns.
 *
 * Plain, gzip or zstd; header or column map; comma, semicolon or tab; quotes around fields; CRLF; byte order mark;
 * blank lines and `#` comments are passed over. Where the first row opens a brace, rows are JSON objects: the column
 * map has paths into them, `data.b`, and numbers may be written as texts. Prices are the doubles that `Number` makes of
 * their text. Sizes that the file does not tell are 0. Bars come out as quotes, bid and ask the same: the prices that a
 * path names, each as long before the stamp as it says.
 *
 * Delivers  every good row once, in the order of the file; blocks of 4,096 rows, the last one shorter
 * Blocks    nothing is read before it is asked for; one read of the file is unpacked ahead
 * Late      a row behind the highest time so far: `outOfOrder`; an equal time is in order
 * Ends      at the end of the file, or quietly when the signal aborts
 * Fails     usage FILE_MISSING, FILE_HEADER, FILE_FORMAT, FILE_OPTION, TIME_ZONE; fault FILE_READ, FILE_EMPTY,
 *           FILE_REJECTS; fault FILE_TRUNCATED and FILE_CORRUPT, reject FILE_ROW (strict): after the rows before it
 *           were delivered
 *
 * @example
 * csvSource({ path: 'eurusd-2014.csv.gz', zone: 'UTC-5' }).report().rejectsFile // => 'eurusd-2014.rejects.csv'
 */
export const csvSource = (options: CsvOptions): CsvSource => {
  const source = lineSource(options)
  return {
    ...source,
    blocks: signal => quotesAlong(source.blocks(signal), options.barPath ?? USUAL_PATH),
  }
}

/** The same with bars as they stand in the file, for who brings two files together. */
export interface LineSource extends CsvSource {
  /** What becomes of a row that was delivered, in which something was found after all. Only while blocks are taken. */
  readonly judge: Policy['judge']
}

export const lineSource = (options: CsvOptions): LineSource => {
  const { path, instruments } = options
  const progress: Progress = {
    tally: newTally(),
    instruments: instrumentIndex(instruments),
    rejectsPath: options.rejectsFile === undefined ? rejectsPathOf(path) : options.rejectsFile,
    meter: null,
    kind: null,
    policy: null,
  }
  return {
    blocks: signal => readBlocks(options, progress, signal),
    report: () => reportOf(path, progress),
    judge: (finding, line, row) => progress.policy!.judge(finding, line, row),
  }
}

/**
 * The instrument that a file is named after: the first word of its name that is not a number, in capitals.
 *
 * Fails  usage FILE_OPTION when there is none
 *
 * @example
 * instrumentOf('data/2014_eurusd-quotes.csv.gz') // => 'EURUSD'
 */
export const instrumentOf = (path: string): string => {
  const word = basename(path)
    .split(/[^A-Za-z0-9]+/)
    .find(part => /[A-Za-z]/.test(part))
  if (word !== undefined) return word.toUpperCase()
  throw new MillraceError('FILE_OPTION', `${path}: the name tells no instrument; expected --instrument NAME`)
}

/** What a source knows of its file so far. */
interface Progress {
  readonly tally: Tally
  readonly instruments: InstrumentIndex
  readonly rejectsPath: string | null
  meter: ReadMeter | null
  kind: RowKind | null
  policy: Policy | null
}

async function* readBlocks(options: CsvOptions, progress: Progress, signal?: AbortSignal): AsyncGenerator<Block> {
  const { path, text = unpackedBytes } = options
  const stamp = stampParser(options)
  const meter = await openMeter(path)
  progress.meter = meter
  const rejects = progress.rejectsPath === null ? null : rejectsFile(progress.rejectsPath)
  let door: RowDoor | null = null
  let failure: unknown
  try {
    try {
      for await (const piece of wholeLines(text(meter, signal), path)) {
        // The last piece of an aborted read may end in half a line.
        if (signal?.aborted) break
        let from = 0
        if (door === null) {
          const found = findLayout(piece, progress.tally, { columns: {}, ...options })
          if (found === null) continue
          door = openDoor(options, progress, { stamp, rejects, layout: found.layout })
          from = found.from
        }
        while (from < piece.bytes.length && !signal?.aborted) {
          from = door.take(piece, from)
          if (door.isFull()) yield door.block()
        }
      }
    } catch (error) {
      failure = error
    }
    rejects?.flush()
    if (door?.hasRows()) yield door.block()
  } finally {
    rejects?.close()
  }
  if (failure !== undefined) throw withRows(failure, progress.tally.rows)
  if (door === null && !signal?.aborted)
    throw new MillraceError('FILE_EMPTY', `${path} has no row: ${progress.tally.lines} lines, all blank or comments`)
}

const reportOf = (path: string, { tally, meter, kind, instruments, rejectsPath }: Progress): CsvReport => ({
  ...structuredClone(tally),
  path,
  bytesRead: meter?.bytesRead ?? 0,
  bytesTotal: meter?.bytesTotal ?? 0,
  packing: meter?.packing ?? null,
  sha256: meter?.sha256 ?? null,
  kind,
  instruments: [...instruments.names],
  rejectsFile: rejectsPath,
})

interface Found {
  readonly layout: Layout
  readonly stamp: StampParser
  readonly rejects: RejectsFile | null
}

const openDoor = (options: CsvOptions, progress: Progress, { layout, stamp, rejects }: Found): RowDoor => {
  const { path, crossed = 'accept', locked = 'accept', duplicates = 'accept', outOfOrder = 'refuse' } = options
  const { tally, instruments } = progress
  progress.kind = layout.kind
  if (layout.places.instrument < 0) instruments.names.push(options.instrument ?? instrumentOf(path))
  const policy = doorPolicy({
    path,
    odd: { crossed, locked, duplicate: duplicates },
    failsOutOfOrder: outOfOrder === 'fail',
    strict: options.strict ?? false,
    tally,
    rejects,
  })
  progress.policy = policy
  const spanUs = spanOf(options.barPath ?? USUAL_PATH)
  return rowDoor({ layout, stamp, instruments, anyOrder: outOfOrder === 'accept', policy, tally, spanUs })
}

/** Says how much of a damaged file was kept. */
const withRows = (failure: unknown, rows: number): unknown =>
  isMillraceError(failure) && (failure.code === 'FILE_TRUNCATED' || failure.code === 'FILE_CORRUPT')
    ? new MillraceError(failure.code, `${failure.message}; the ${rows} rows before are kept`, { cause: failure.cause })
    : failure

const rejectsPathOf = (path: string): string =>
  `${path.replace(/\.(gz|zst|zstd)$/i, '').replace(/\.(csv|tsv|txt|jsonl|ndjson)$/i, '')}.rejects.csv`
