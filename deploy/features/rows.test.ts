import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openParquet } from '../../connectors/parquet/read.ts'
import { writeParquet } from '../../connectors/parquet/write.ts'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import { compile } from '../../engine/flow/graph.ts'
import { blockBuilder, blockOf, type Row, rowOf } from '../../engine/log/build.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { clock, trades } from '../../engine/market/topics.ts'
import { type ExportedRows, rowsFor } from '../../models/exported-rows.ts'
import { oracle } from '../../models/features/oracle.ts'
import { checkRows } from '../../models/rows.ts'
import { parseLabel } from './label-flags.ts'
import { columnsFor, LINEAGE, readRows } from './read-rows.ts'
import type { TapeRowsOptions } from './tape-rows.ts'
import { type RowsWritten, writeRows } from './write-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))
const place = (name: string): string => join(folder, `${name}.parquet`)

/** Two instruments' prints: the quotes of a sample market as trades, and four times as slow. */
const prints = (rows: number): readonly Row[] => {
  const list: Row[] = []
  const start = 1_704_067_200_000_000
  for (const block of sampleMarket({ rows, instruments: ['EURUSD', 'XAUUSD'] }).blocks())
    for (let i = 0; i < block.count; i++) {
      const { key, at: fast, bid } = rowOf(block, i)
      const at = start + 4 * (fast - start)
      list.push({ key, at, price: bid!, size: 1 + (list.length % 7), side: list.length % 3 === 0 ? 'buy' : 'sell' })
    }
  return list
}
const tape = prints(30_000)

const recorded = async (rows: readonly Row[], blockRows = 4096): Promise<Log> => {
  const log = memoryLog()
  await append(log, 0, rows, blockRows)
  return log
}

const append = async (log: Log, partition: number, rows: readonly Row[], blockRows = 4096): Promise<void> => {
  const builder = blockBuilder(trades.schema, blockRows)
  const flush = () => log.append('tape', partition, [builder.take()])
  for (const row of rows) {
    builder.push(row.key, row.at, row)
    if (builder.isFull()) await flush()
  }
  if (builder.block.count > 0) await flush()
}

const texts = ['fixed-horizon,horizon=5m', 'triple-barrier,horizon=5m,profit=30,stop=30,cost-bps=1']
const labels = texts.map(text => parseLabel(text, oracle))

const write = (name: string, log: Log, options: Partial<TapeRowsOptions> = {}): Promise<RowsWritten> =>
  writeRows(
    place(name),
    { set: oracle, source: 'trades', labels, log, topic: 'tape', partitions: [0], range: {}, ...options },
    new AbortController().signal,
  )

/** Rows one by one, as they stand in the file. */
const listOf = async (name: string): Promise<readonly (readonly unknown[])[]> => {
  const file = await openParquet(place(name))
  const rows: (readonly unknown[])[] = []
  for await (const group of file.read(file.columns))
    for (let row = 0; row < group[0]!.length; row++) rows.push(group.map(values => values[row]))
  return rows
}

const bytesOf = (name: string): Buffer => readFileSync(place(name))

describe('exported rows', () => {
  it('are the vectors of the set bit for bit, with the time at which each was known', async () => {
    const log = await recorded(tape)
    const { rows, lineage } = await write('plain', log, { labels: [] })
    const expected: (readonly unknown[])[] = []
    const digest = digestState()
    const graph = compile(oracle.over('trades').build(), {
      output: ({ at, values }, { name }) => expected.push([name, at, graph.time[0], ...values]),
    })
    for await (const { block } of log.read('tape', 0, 0)) {
      graph.drive(block, 0, block.count)
      digestBlock(digest, block)
    }
    expect(rows).toBe(expected.length)
    expect(rows).toBeGreaterThan(20_000)
    expect(await listOf('plain')).toEqual(expected)
    expect(lineage.tape).toEqual({ digests: [digestHex(digest)], rows: 30_000, from: null, to: null })
  })

  it('have the same bytes each time, and however the tape is cut into blocks', async () => {
    await write('first', await recorded(tape))
    await write('again', await recorded(tape))
    await write('small', await recorded(tape, 37))
    expect(bytesOf('again')).toEqual(bytesOf('first'))
    expect(bytesOf('small')).toEqual(bytesOf('first'))
  })

  it('of half a tape are the beginning of those of the whole', async () => {
    await write('whole', await recorded(tape))
    await write('half', await recorded(tape.slice(0, 15_000)))
    const [whole, half] = [await listOf('whole'), await listOf('half')]
    expect(half.length).toBeGreaterThan(5000)
    expect(whole.length).toBeGreaterThan(1.5 * half.length)
    expect(half).toEqual(whole.slice(0, half.length))
  })

  it('begin and end where they are told to, and tell it', async () => {
    const [from, to] = [tape[10_000]!.at, tape[20_000]!.at]
    const { lineage } = await write('range', await recorded(tape), { range: { from, to } })
    await write('cut', await recorded(tape.filter(({ at }) => at >= from && at < to)))
    expect(await listOf('range')).toEqual(await listOf('cut'))
    expect(lineage.tape).toMatchObject({ from, to })
  })

  it('of several partitions stand one after the other, each with its digest', async () => {
    const log = memoryLog()
    const keys = ['EURUSD', 'XAUUSD']
    for (const [partition, key] of keys.entries()) {
      const own = tape.filter(row => row.key === key)
      await append(log, partition, own)
    }
    const { lineage } = await write('parts', log, { partitions: [0, 1] })
    const parts = await listOf('parts')
    const whole = await listOf('first')
    expect(parts).toEqual(keys.flatMap(key => whole.filter(row => row[0] === key)))
    expect(lineage.tape).toMatchObject({ digests: { length: 2 }, rows: 30_000 })
  })

  it('are not there when the export is stopped', async () => {
    const options = { set: oracle, source: 'trades', labels, log: await recorded(tape), topic: 'tape' } as const
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('stopped'))
    const writing = writeRows(place('stopped'), { ...options, partitions: [0], range: {}, onProgress }, stop.signal)
    await expect(writing).rejects.toThrow('stopped')
    expect(readdirSync(folder).filter(name => name.startsWith('stopped'))).toEqual([])
  })

  it('know of time that passes without a trade', async () => {
    const log = await recorded(tape.slice(0, 10_000))
    await log.append('tape', 0, [blockOf(clock.schema, [{ key: '*', at: tape[10_000]!.at }])])
    const { lineage } = await write('clock', log)
    expect(lineage.tape.rows).toBe(10_001)
  })
})

describe('rows that are read back', () => {
  it('are those of the file in order of their events, with their lineage', async () => {
    const { lineage } = await write('read', await recorded(tape))
    const read = await readRows(place('read'))
    const list = (await listOf('read')).map((row, i) => [i, ...row] as readonly (number | string)[])
    const expected = list.sort((a, b) => Number(a[2]) - Number(b[2]) || Number(a[0]) - Number(b[0]))
    const columns = [read.keys, read.at, read.knownAt, ...read.features, ...read.labels]
    expect(expected.map((_, row) => columns.map(column => column[row]))).toEqual(expected.map(([_i, ...row]) => row))
    expect(read.names).toEqual(['zScore', 'adx', 'rsi', 'timeSin', 'timeCos', 'volumeDelta'])
    expect(read.labelNames).toEqual([
      ...['fixedHorizonDirection', 'fixedHorizonChange', 'tripleBarrierDirection', 'tripleBarrierBarrier'],
      ...['tripleBarrierProfit', 'tripleBarrierOutcome', 'tripleBarrierAmbiguous'],
    ])
    expect(read.lineage).toEqual(lineage)
    expect(lineage).toMatchObject({
      set: { name: 'oracle', version: oracle.version, hash: oracle.hash },
      features: oracle.features,
      graph: expect.stringMatching(/^[0-9a-f]{32}$/),
      labels: [
        { type: 'fixed-horizon', name: 'fixedHorizon', params: { horizonMs: 300_000, deadBps: 0 } },
        { params: { horizonMs: 300_000, profit: 30, stop: 30, costBps: 1, deadBps: 0, volatility: 20 } },
      ],
    })
  })

  it('are rows to fit a model on, one number of a label at a time', async () => {
    await write('fit', await recorded(tape))
    const read: ExportedRows = await readRows(place('fit'))
    const rows = rowsFor(read, 'tripleBarrierOutcome')
    checkRows('fit', rows)
    expect(rows.labels).toBe(read.labels[5])
    expect(() => rowsFor(read, 'outcome')).toThrow(/there is no label 'outcome'; there are: fixedHorizonDirection, /)
  })

  it('are refused when they are of somebody else, or hold what is no number', async () => {
    const column = { name: 'feature', type: 'f32' } as const
    await writeParquet(place('other'), { columns: [column] }, [[Float32Array.of(1)]])
    await expect(readRows(place('other'))).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      message: `${place('other')} has no lineage: millrace features export did not write it`,
    })
    const { lineage } = await write('good', await recorded(tape.slice(0, 10_000)), { labels: [] })
    const columns = columnsFor(lineage)
    const group = columns.map(({ type }, i) =>
      type === 'text' ? ['EURUSD'] : type === 'f32' ? Float32Array.of(i === 5 ? Number.NaN : 1) : Float64Array.of(1),
    )
    await writeParquet(place('odd'), { columns, metadata: () => ({ [LINEAGE]: JSON.stringify(lineage) }) }, [group])
    await expect(readRows(place('odd'))).rejects.toMatchObject({
      code: 'MODEL_ROWS',
      message: 'found NaN for rsi in row 0, expected a finite number',
    })
  })
})

describe('a label at the command line', () => {
  it('is read with its settings, and has defaults', () => {
    expect(parseLabel('trend-scan,least=5,most=20,name=scan', oracle)).toMatchObject({
      ...{ type: 'trend-scan', name: 'scan', params: { least: 5, most: 20 } },
    })
    expect(parseLabel('meta-label,horizon=1.5h,signal=-zScore,enter=2', oracle).params).toEqual({
      ...{ horizonMs: 5_400_000, profit: 2, stop: 2, volatility: 20, costBps: 0, deadBps: 0 },
      ...{ signal: '-zScore', enter: 2 },
    })
  })

  it.each([
    [
      'fixed-horizons',
      "there is no label 'fixed-horizons' (did you mean 'fixed-horizon'?); there are: fixed-horizon, ",
    ],
    ['fixed-horizon', 'it needs horizon=SPAN, like 500ms, 30s, 15m, 4h or 1d'],
    ['fixed-horizon,horizon=15', "it needs horizon=SPAN, like 500ms, 30s, 15m, 4h or 1d; found '15'"],
    ['fixed-horizon,horizon=15m,dead=1', "fixed-horizon has no 'dead'; it has: horizon, dead-bps, name"],
    ['fixed-horizon,15m', "a setting is name=value, found '15m'"],
    ['fixed-horizon,horizon=15m,name=a b', "a name is letters and digits, found 'a b'"],
    ['fixed-horizon,horizon=0s', 'fixedHorizon: horizonMs is positive, found 0'],
    ['trend-scan,least=5', 'it needs most=NUMBER'],
    ['trend-scan,least=five,most=9', "least is a number, found 'five'"],
    ['meta-label,horizon=1m', 'meta-label needs a signal: signal=zScore, or signal=-zScore to go against it'],
    ['meta-label,horizon=1m,signal=zscore', "oracle has no feature 'zscore' (did you mean 'zScore'?)"],
  ])('%s is refused', (text, message) => {
    const refused = expect.objectContaining({ code: 'CLI_FLAG', message: expect.stringContaining(message) })
    expect(() => parseLabel(text, oracle)).toThrow(refused)
  })
})
