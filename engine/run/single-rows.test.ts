import { describe, expect, it } from 'vitest'
import { paperVenue } from '../../connectors/paper/venue.ts'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { deadLettersOf, undecoded } from '../actor/dead-letters.ts'
import { BLOCK_ROWS } from '../log/block.ts'
import { blockOf, type Row, rowOf } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log, LogRecord, LogSource } from '../log/port.ts'
import { currency } from '../market/cash.ts'
import { instruments, orders, quotes } from '../market/topics.ts'
import { minor } from '../market/units.ts'
import { faultyLog } from '../testing/faults.ts'
import { systemClock } from '../time/clock.ts'
import { replayRun, rowsOf } from './replay.ts'
import { runStrategy } from './run-strategy.ts'
import { checkpoints } from './topics.ts'

// A topic of single rows is cut into blocks by what has arrived: elsewhere each time. A run must not show it.

const BALANCE = minor(1_000_000_000_000)
const ROWS = 40_000

const market = sampleMarket({ rows: ROWS })
const definition = { key: 'EURUSD', ...market.instruments[0]! } as unknown as Row

/** Every ninth record has gone, every fiftieth could not be decoded. */
const records = [...market.blocks()]
  .flatMap(block => Array.from({ length: block.count }, (_, index) => rowOf(block, index)))
  .map((row, offset) => ({ offset, row: offset % 50 === 20 ? null : row }))
  .filter(({ offset }) => offset % 9 !== 5)

const letter = (offset: number): Row => ({
  ...{ key: '', at: definition.at, code: 'LOG_JSON', reason: 'no number' },
  ...{ place: `ticks/0/${offset}#0`, value: '', bytes: 0, headers: 0 },
})

/** Blocks of `size` rows, shifted at each reading. */
const ticks = (size: number): LogSource => {
  let shift = 0
  return {
    async *read(_topic, _partition, from, { until = ROWS } = {}) {
      shift += 3
      if (from === 0) yield head
      let open: typeof records = []
      for (const record of records) {
        if (record.offset < from || record.offset >= until) continue
        const isCut = open.length > 0 && cuts(open.at(-1)!, record, size, shift)
        if (isCut) {
          yield recordOf(open)
          open = []
        }
        open.push(record)
      }
      if (open.length > 0) yield recordOf(open)
    },
    end: async () => ROWS,
    arrival: async () => ROWS,
  }
}

const cuts = (last: Single, next: Single, size: number, shift: number): boolean =>
  (last.row === null) !== (next.row === null) ||
  (next.offset + shift) % size === 0 ||
  Math.floor(last.offset / BLOCK_ROWS) !== Math.floor(next.offset / BLOCK_ROWS)

type Single = (typeof records)[number]

const head: LogRecord = {
  offset: 0,
  block: blockOf(instruments.schema, [definition]),
  positions: row => ({ offset: 0, row }),
}

const recordOf = (open: readonly Single[]): LogRecord => {
  const rows = open.map(({ row, offset }) => row ?? letter(offset))
  return {
    offset: open[0]!.offset,
    block: blockOf(open[0]!.row === null ? undecoded.schema : quotes.schema, rows),
    positions(row) {
      const offset = open[row]?.offset ?? open.at(-1)!.offset + 1
      return { offset, row: offset === 0 ? 1 : 0 }
    },
  }
}

const run = (source: LogSource, log: Log, signal?: AbortSignal) => {
  const blocks = { commitRows: 3_000, snapshotRows: 8_000 }
  const venue = () => paperVenue({ latencyUs: 50_000, startBalance: BALANCE, currency: currency('USD', 6) })
  const tape = { log: source, topic: 'ticks', partition: 0 }
  const options = { strategy: meanReversion, tape, log, venue, startBalance: BALANCE, clock: systemClock, ...blocks }
  return runStrategy(options, signal)
}

const all = async (log: Log, topic: string): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for await (const row of rowsOf(log, topic, 0)) rows.push(row)
  return rows
}

/** The last offsets of full spans, where they are those of a row. */
const wholeSpans = records.flatMap(({ offset, row }) => (row && (offset + 1) % BLOCK_ROWS === 0 ? [offset] : []))

describe('a run over single rows', () => {
  it('gives the same orders with the same ids, wherever it was cut and killed', async () => {
    const whole = memoryLog()
    const { digests } = await run(ticks(BLOCK_ROWS), whole)
    const expected = await all(whole, orders.name)
    expect(expected.length).toBeGreaterThan(20)
    const lost = records.filter(({ row }) => row === null)
    for (const size of [1000, 17, 1]) {
      const log = memoryLog()
      for (const nth of [1, 3, 6]) {
        const outcome = nth === 3 ? 'unknown' : 'refused'
        const { actor } = await run(ticks(size), faultyLog(log, [{ call: 'commit', nth, outcome }]))
        expect(actor).toMatchObject({ type: 'stopped', error: { code: 'LOG_IO' } })
      }
      const end = await run(ticks(size), log)
      expect(end.actor).toMatchObject({ type: 'finished', position: { offset: ROWS, row: 0 } })
      expect(end.digests).toEqual(digests)
      expect(await all(log, orders.name)).toEqual(expected)
      const letters = await all(log, deadLettersOf('mean-reversion/0'))
      expect(letters.map(({ place }) => place)).toEqual(lost.map(({ offset }) => `ticks/0/${offset}#0`))
    }
  })

  it('is replayed with other cuts, and a difference is found', async () => {
    const log = memoryLog()
    const { digests } = await run(ticks(100), log)
    expect((await all(log, checkpoints.name)).map(({ offset }) => offset)).toEqual(wholeSpans)
    const tape = { log: ticks(33), topic: 'ticks', partition: 0 }
    const replay = await replayRun({ strategy: meanReversion, tape, log, startBalance: BALANCE })
    expect(replay).toMatchObject({ difference: null, digests })
    const changed = { ...tape, log: { ...tape.log, read: bent } }
    const { difference } = await replayRun({ strategy: meanReversion, tape: changed, log, startBalance: BALANCE })
    expect(difference).toMatchObject({ what: 'input' })
  })
})

/** The last quote of the first block is another. */
async function* bent(): AsyncGenerator<LogRecord> {
  for await (const record of ticks(BLOCK_ROWS).read('ticks', 0, 0)) {
    if (record.offset === 0 && record.block.schema === quotes.schema)
      (record.block.columns.bidSize as Float64Array)[7] = 1
    yield record
  }
}
