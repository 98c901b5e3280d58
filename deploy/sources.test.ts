import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { writeParquet } from '../connectors/parquet/write.ts'
import type { Row } from '../engine/log/build.ts'
import { rowsOf } from '../engine/run/replay.ts'
import { partsOf } from './file-flags.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

/** A home folder with files in it. */
const withFiles = (files: Readonly<Record<string, string>>) => {
  const home = make()
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(home, name), name.endsWith('.gz') ? gzipSync(text) : text)
  const run = (...args: readonly string[]) => millrace(args, { home })
  const asked = async (...args: readonly string[]) => {
    const done = await run(...args, '--json')
    expect(done, done.stderr).toMatchObject({ code: 0 })
    return documentOf(done)
  }
  /** Every row of a topic: kind, key, time and one value. */
  const rows = async (topic: string): Promise<string[]> => {
    const log = await openLmdbLog({ path: join(home, 'log'), readOnly: true })
    const found: string[] = []
    for await (const { block } of log.read(topic, 0, 0)) {
      const [value = ''] = ['bid', 'price', 'localAt'].filter(name => name in block.columns)
      for (let row = 0; row < block.count; row++)
        found.push(
          `${block.schema.name} ${block.keys[block.key[row]!]} ${block.at[row]} ${block.columns[value]?.[row] ?? ''}`,
        )
    }
    await log.close()
    return found
  }
  return { home, run, asked, rows }
}

describe('several files', () => {
  const files = {
    'eurusd.csv': 'at,bid,ask\n1400000000,1.1,1.2\n1400000002,1.3,1.4\n',
    'btcusdt.csv.gz': 'at,price,size\n1400000000,7,1\n1400000001,8,1\n1400000002,9,1\n1399999999,9,1\n',
    'late.csv': 'at,bid,ask\n2014-05-13 11:53:21,1.5,1.6\n',
  }

  it('are one tape by time, then instrument; the order in which they are named changes nothing', async () => {
    const { asked, rows, home } = withFiles(files)
    const one = await asked('import', 'eurusd.csv', 'btcusdt.csv.gz')
    expect(one).toMatchObject({
      topic: 'btcusdt.eurusd',
      source: `${join(home, 'btcusdt.csv.gz')}, ${join(home, 'eurusd.csv')}`,
      rows: 5,
      counts: { refused: 1, 'refused: out-of-order': 1, 'rows of eurusd.csv': 2, 'rows of btcusdt.csv.gz': 3 },
    })
    expect(await rows('btcusdt.eurusd')).toEqual([
      'instrument BTCUSDT 1400000000000000 ',
      'trade BTCUSDT 1400000000000000 7',
      'instrument EURUSD 1400000000000000 ',
      'quote EURUSD 1400000000000000 1.1',
      'trade BTCUSDT 1400000001000000 8',
      'trade BTCUSDT 1400000002000000 9',
      'quote EURUSD 1400000002000000 1.3',
    ])
    const other = await asked('import', 'btcusdt.csv.gz', 'eurusd.csv', '--topic', 'other')
    expect(other).toMatchObject({ isNew: true, digest: one.digest, print: one.print, counts: one.counts })
    expect(await asked('backtest', 'ema-cross', '--data', 'btcusdt.csv.gz', '--data', 'eurusd.csv')).toMatchObject({
      topic: 'btcusdt.eurusd',
      ticks: 5,
    })
  })

  it('are each read as the flags behind its name say', async () => {
    const { asked, rows } = withFiles(files)
    const call = ['import', 'late.csv,zone=UTC-5,instrument=GBPUSD', 'eurusd.csv', '--topic', 't']
    expect(await asked(...call)).toMatchObject({ rows: 3 })
    expect((await rows('t')).at(-1)).toBe('quote EURUSD 1400000002000000 1.3')
  })

  it('may be of all formats: CSV, JSON lines, Parquet, a tape of ours', async () => {
    const { asked, rows, home } = withFiles({
      'eurusd.jsonl': '{"ts":1400000001,"bid":"1.1","ask":1.2}\n{"ts":1400000003,"bid":1.3,"ask":1.4}\n',
      'gbpusd.csv': 'at,bid,ask\n1400000002,1.5,1.6\n',
    })
    const columns = (['at', 'bid', 'ask'] as const).map(
      name => ({ name, type: name === 'at' ? 'time' : 'f64' }) as const,
    )
    const values = [1_400_000_002_000_000, 150.1, 150.2].map(value => Float64Array.of(value))
    await writeParquet(join(home, 'usdjpy.parquet'), { columns }, [values])
    await asked('import', 'eurusd.jsonl')
    await asked('record', 'eurusd', '--out', 'recorded.tape')
    const call = ['import', 'usdjpy.parquet', 'recorded.tape', 'gbpusd.csv', 'eurusd.jsonl,instrument=XAUUSD']
    expect(await asked(...call, '--topic', 'all')).toMatchObject({ rows: 6 })
    expect((await rows('all')).filter(row => row.startsWith('quote'))).toEqual([
      'quote EURUSD 1400000001000000 1.1',
      'quote XAUUSD 1400000001000000 1.1',
      'quote GBPUSD 1400000002000000 1.5',
      'quote USDJPY 1400000002000000 150.1',
      'quote EURUSD 1400000003000000 1.3',
      'quote XAUUSD 1400000003000000 1.3',
    ])
  })

  it('are each given once', async () => {
    const { run } = withFiles(files)
    const { code, stderr } = await run('import', 'eurusd.csv', 'eurusd.csv', '--topic', 'twice')
    expect(stderr).toContain('FILE_OPTION: eurusd.csv is given twice: each of its rows would count double')
    expect(code).toBe(2)
  })

  it('of one instrument are refused when they mean two by it', async () => {
    const { run } = withFiles(files)
    const { code, stderr } = await run('import', 'eurusd.csv', 'late.csv,instrument=EURUSD,tick=0.01')
    expect(stderr).toContain('FILE_OPTION: EURUSD is {')
    expect(code).toBe(2)
  })

  it('are a tape in part when one breaks off', async () => {
    const { home, run } = withFiles(files)
    const packed = gzipSync(
      `at,bid,ask\n${Array.from({ length: 9000 }, (_, i) => `${1_400_000_000 + i},${i + 1},${i + 2}\n`).join('')}`,
    )
    writeFileSync(join(home, 'gbpusd.csv.gz'), packed.subarray(0, packed.length - 2000))
    const { code, stderr } = await run('import', 'gbpusd.csv.gz', 'eurusd.csv', '--topic', 'torn')
    expect(stderr).toContain('FILE_TRUNCATED')
    expect(stderr).toContain('what was good stands in topic torn')
    expect(code).toBe(1)
    writeFileSync(join(home, 'eight-letters.parquet'), 'PAR1PAR1')
    expect((await run('import', 'eight-letters.parquet', '--instrument', 'EURUSD')).stderr).not.toContain(
      'what was good',
    )
  })

  it('have no flags that would change nothing, and are all there', async () => {
    const { run } = withFiles(files)
    await run('import', 'eurusd.csv', '--topic', 'mine')
    await run('record', 'mine', '--out', 'mine.tape')
    const zoned = await run('import', 'mine.tape', '--zone', 'UTC-5')
    expect(zoned).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--zone says how to read rows, but mine.t'),
    })
    const unpaired = await run('import', 'eurusd.csv', '--asks', 'gone.csv')
    expect(unpaired).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_MISSING: no such file: gone.csv') })
  })
})

describe('flags behind the name of a file', () => {
  it.each([
    ['a.csv', 'a.csv', {}],
    ['a.csv,zone=UTC-5,tick=0.1', 'a.csv', { zone: 'UTC-5', tick: '0.1' }],
    ['a,b=c.csv,columns=at=0,bid=1,unit=ms', 'a,b=c.csv', { columns: 'at=0,bid=1', unit: 'ms' }],
  ])('%s', (text, path, own) => {
    expect(partsOf(text)).toEqual([path, own])
  })
})

describe('a capture', () => {
  const at = 1_723_161_255_000
  const line = (ms: number, message: object): string =>
    `${at + ms}000000 ${JSON.stringify({ s: 'BTCUSDT', ...message })}\n`
  const quote = (ms: number, u: number) =>
    line(ms, { e: 'bookTicker', E: at + ms + 1000, u, b: String(u), B: '1', a: String(u + 1), A: '1' })
  const diff = (ms: number, pu: number, u: number) =>
    line(ms, { e: 'depthUpdate', E: at + ms + 1000, U: pu + 1, u, pu, b: [[String(u), '1']], a: [] })
  const snapshot = `${at + 1}000000 {"lastUpdateId":10,"bids":[["9","1"]],"asks":[["12","1"]]}\n`
  const text = [
    quote(0, 10),
    snapshot,
    diff(2, 9, 10),
    diff(3, 10, 11),
    quote(4, 11),
    quote(4, 11),
    'torn\n',
    diff(5, 13, 14),
  ]
  const files = { 'feed.jsonl.gz': text.join('') }

  it('is known by what stands in it: quotes, trades, the book, and both clocks beside it', async () => {
    const { asked, run, rows, home } = withFiles(files)
    const imported = await asked('import', 'feed.jsonl.gz')
    expect(imported).toMatchObject({
      topic: 'feed',
      stamps: ['feed.stamps'],
      rejects: join(home, 'rejects', 'feed.csv'),
      counts: {
        ...{ refused: 2, duplicate: 1, 'refused: bad-stamp': 1, 'book updates': 2, 'gaps in the book': 1 },
        ...{ 'best bids and offers as the venue tells them': 1, 'best bids and offers that differ': 1 },
        'us that the local clock was behind': 1_000_000,
      },
    })
    expect((await rows('feed')).slice(0, 4)).toEqual([
      `instrument BTCUSDT ${at + 1000}000 `,
      `quote BTCUSDT ${at + 1000}000 10`,
      `book-snapshot BTCUSDT ${at + 1001}000 9`,
      `book-snapshot BTCUSDT ${at + 1001}000 12`,
    ])
    expect(await rows('feed.stamps')).toHaveLength(6)
    expect((await run('import', 'feed.jsonl.gz')).stdout).toContain('topic feed has it: the same')
    expect(await asked('backtest', 'mean-reversion', '--data', 'feed.jsonl.gz')).toMatchObject({ topic: 'feed' })
  })

  it.each([
    ['spot', {}, '0.01', '0.00001'],
    ['futures', { e: 'bookTicker', E: at }, '0.1', '0.001'],
  ])('of %s has the steps of that market, unless it is told others', async (_market, of, tickSize, lotSize) => {
    const news = line(0, { ...of, u: 1, b: '61837.63000000', B: '1', a: '61837.64000000', A: '1' })
    const { asked, home } = withFiles({ 'feed.jsonl': news })
    const off = tickSize === '0.1' ? { 'rows off the tick size': 1 } : {}
    expect((await asked('import', 'feed.jsonl')).counts).toMatchObject(off)
    await asked('import', 'feed.jsonl', '--tick', '0.5', '--topic', 'told')
    const log = await openLmdbLog({ path: join(home, 'log'), readOnly: true })
    const steps: Row[] = []
    for (const topic of ['feed', 'told'])
      for await (const row of rowsOf(log, topic, 0)) if ('tickSize' in row) steps.push(row)
    await log.close()
    expect(steps).toMatchObject([{ tickSize, lotSize }, { tickSize: '0.5' }])
  })

  it('is taken in parts, and beside other files', async () => {
    const { asked, rows } = withFiles({ ...files, 'eurusd.csv': `at,bid,ask\n${at + 2000},1.1,1.2\n` })
    const call = ['import', 'feed.jsonl.gz,parts=quotes', 'eurusd.csv', '--topic', 'both']
    expect(await asked(...call)).toMatchObject({ rows: 3, stamps: ['both.feed.stamps'] })
    expect((await rows('both')).at(-1)).toBe(`quote EURUSD ${at + 2000}000 1.1`)
  })

  it('beside another has the clock told that is furthest behind, not the sum of them', async () => {
    const { asked } = withFiles({ ...files, 'more.jsonl.gz': text.slice(1).join('') })
    const call = ['import', 'feed.jsonl.gz', 'more.jsonl.gz', '--parts', 'quotes', '--topic', 'both']
    expect(await asked(...call)).toMatchObject({ counts: { 'us that the local clock was behind': 1_000_000 } })
  })

  it('gives the best levels after each update, where it is asked to', async () => {
    const { asked, rows, run } = withFiles(files)
    await asked('import', 'feed.jsonl.gz', '--levels', '1', '--parts', 'book')
    const book = (await rows('feed')).filter(row => row.startsWith('book'))
    expect(book.map(row => row.split(' ')[0])).toEqual(Array(7).fill('book-snapshot'))
    expect((await run('import', 'feed.jsonl.gz', '--levels', '0')).stderr).toContain('--levels is a whole number')
  })

  it('is thinned out to the last quote and a bar for each interval, without the book', async () => {
    const print = line(5, { e: 'trade', E: at + 1005, t: 1, p: '7', q: '2', m: true })
    const { asked, rows, run } = withFiles({ 'feed.jsonl': quote(0, 10) + print + snapshot + quote(6, 11) })
    expect(await asked('import', 'feed.jsonl', '--resample', '1m')).toMatchObject({ rows: 2 })
    const end = Math.ceil((at + 1006) / 60_000) * 60_000
    expect((await rows('feed')).slice(1)).toEqual([`quote BTCUSDT ${at + 1006}000 11`, `bar BTCUSDT ${end}000 `])
    expect(await asked('import', 'feed.jsonl', '--topic', 'all')).toMatchObject({ isNew: true, rows: 5 })
    const { code, stderr } = await run('import', 'feed.jsonl', '--resample', '1x')
    expect([code, stderr]).toEqual([2, expect.stringContaining('--resample is a span like 500ms')])
  })

  it('takes no flags that say how rows are read, and no parts that it does not have', async () => {
    const { run } = withFiles(files)
    expect((await run('import', 'feed.jsonl.gz', '--zone', 'UTC-5')).stderr).toContain('is a capture of messages')
    expect((await run('import', 'feed.jsonl.gz', '--parts', 'quots')).stderr).toContain("did you mean 'quotes'?")
  })
})

it('bars of bid and ask are one file of quotes', async () => {
  const bars = (shift: number) =>
    `timestamp,open,high,low,close\n2012-02-01 00:00:00+00:00,${[1, 3, 0.5, 2].map(x => x + shift)}\n`
  const { asked, rows } = withFiles({ 'gbpusd-bid.csv': bars(0), 'gbpusd-ask.csv': bars(0.25) })
  expect(await asked('import', 'gbpusd-bid.csv', '--asks', 'gbpusd-ask.csv')).toMatchObject({ rows: 4, isNew: true })
  expect((await rows('gbpusd-bid')).slice(1).map(row => row.split(' ').at(-1))).toEqual(['1', '3', '0.5', '2'])
  expect(await asked('import', 'gbpusd-bid.csv', '--asks', 'gbpusd-ask.csv')).toMatchObject({ isNew: false })
  const along = await asked('import', 'gbpusd-bid.csv', '--path', 'open:0', '--topic', 'opens')
  expect(along).toMatchObject({ rows: 1 })
})
