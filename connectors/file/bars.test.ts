import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { isMillraceError, type MillraceError } from '../../engine/errors.ts'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { barPairSource } from './bar-pairs.ts'
import { parseBarPath } from './bar-path.ts'
import { type CsvOptions, type CsvSource, csvSource } from './csv.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-bars-'))
let folder = home
let number = 0
beforeEach(() => {
  folder = join(home, String(number++))
  mkdirSync(folder)
})
afterAll(() => rmSync(home, { recursive: true }))

/** Everything that a source delivers, as `key at bid ask`, times in seconds since the first minute. */
const rowsOf = async (source: CsvSource): Promise<{ rows: string[]; error: MillraceError | null }> => {
  const rows: string[] = []
  let error: MillraceError | null = null
  try {
    for await (const block of source.blocks()) {
      for (let row = 0; row < block.count; row++) rows.push(told(rowOf(block, row)))
    }
  } catch (thrown) {
    if (!isMillraceError(thrown)) throw thrown
    error = thrown
  }
  return { rows, error }
}
const told = ({ key, at, bid, ask }: Row): string => `${key} ${(at - T0) / 1e6} ${bid} ${ask}`
const T0 = Date.parse('2012-02-01T00:00:00Z') * 1000

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const HEADER = 'timestamp,open,high,low,close\n'
const bar = (minute: number, prices: string): string => `2012-02-01 00:0${minute}:00+00:00,${prices}\n`
const take = async (text: string, options: Partial<CsvOptions> = {}) => {
  const source = csvSource({ path: file('gbpusd.csv', HEADER + text), ...options })
  return { ...(await rowsOf(source)), report: source.report() }
}

describe('a file of bars', () => {
  it('is quotes along the usual path: the close at the stamp, the way there just before', async () => {
    const { rows, report } = await take(bar(0, '2,4,1,3') + bar(1, '3,3,3,3'))
    expect(rows).toEqual([
      'GBPUSD -0.3 2 2',
      'GBPUSD -0.2 4 4',
      'GBPUSD -0.1 1 1',
      'GBPUSD 0 3 3',
      ...['59.7', '59.8', '59.9', '60'].map(second => `GBPUSD ${second} 3 3`),
    ])
    // One price on both sides is how it is made, and not found in the file.
    expect(report).toMatchObject({ kind: 'bars', rows: 2, refused: 0, odd: { locked: 0 }, instruments: ['GBPUSD'] })
  })

  it('is quotes along a path that was told, from stamps of the open too', async () => {
    const barPath = parseBarPath('open:0,low:-20000,high:-40000,close:-59999.999')
    const { rows } = await take(bar(0, '2,4,1,3') + bar(1, '3,3,3,3'), { barPath })
    expect(rows.slice(0, 5)).toEqual([
      'GBPUSD 0 2 2',
      'GBPUSD 20 1 1',
      'GBPUSD 40 4 4',
      'GBPUSD 59.999999 3 3',
      'GBPUSD 60 3 3',
    ])
  })

  it.each([
    ['', 'found'],
    ['open', "found 'open', expected open, high, low or close : milliseconds"],
    ['open:1,open:0', 'a price stands there twice'],
    ['open:1,close:1', "'close' is not later than what stands before it"],
    ['open:0.0001', "found 'open:0.0001'"],
  ])("refuses the path '%s'", (text, found) => {
    expect(() => parseBarPath(text)).toThrow(found)
    expect(() => parseBarPath(text)).toThrow(expect.objectContaining({ code: 'FILE_OPTION' }))
  })

  it('knows its columns by place, and volume or none', async () => {
    const path = file('goog.csv', ',Open,High,Low,Close,Volume\n2012-02-01,2,4,1,3,22351900\n')
    const source = csvSource({ path, columns: { at: 0 } })
    expect((await rowsOf(source)).rows.at(-1)).toBe('GOOG 0 3 3')
    expect((await take('')).error).toBe(null)
  })

  it('gives what one moment holds of all instruments before the next moment', async () => {
    const line = (second: number, name: string, prices: string) => `${T0 + second * 1e6},${name},${prices}\n`
    const text =
      line(0, 'A', '2,4,1,3') + line(0, 'B', '5,5,5,5') + line(0.15, 'C', '6,9,6,9') + line(60, 'A', '3,3,3,3')
    const path = file('many.csv', `at,symbol,open,high,low,close\n${text}`)
    expect((await rowsOf(csvSource({ path }))).rows.slice(0, 12)).toEqual([
      ...['A -0.3 2 2', 'B -0.3 5 5', 'A -0.2 4 4', 'B -0.2 5 5', 'C -0.15 6 6', 'A -0.1 1 1', 'B -0.1 5 5'],
      ...['C -0.05 9 9', 'A 0 3 3', 'B 0 5 5', 'C 0.05 6 6', 'C 0.15 9 9'],
    ])
  })

  it('keeps bars that cannot be, with line and reason', async () => {
    const bad: readonly (readonly [string, string])[] = [
      ['2,1,4,3', 'bad-bar'],
      ['5,4,1,3', 'bad-bar'],
      ['2,4,1,0.5', 'bad-bar'],
      ['2,4,0,3', 'bad-price'],
      ['2,x,1,3', 'bad-number'],
    ]
    const text = bad.map(([prices], minute) => bar(minute, prices)).join('')
    const { rows, report } = await take(text + bar(5, '2,4,1,3') + bar(5, '2,4,1,3'))
    expect(rows).toHaveLength(4)
    expect(report).toMatchObject({ rows: 1, refused: 6, reasons: { 'bad-bar': 3, overlap: 1 } })
    const kept = readFileSync(join(folder, 'gbpusd.rejects.csv'), 'utf8').trim().split('\n').slice(1)
    expect(kept.map(line => line.split(',').slice(0, 3).join())).toEqual([
      ...bad.map(([, reason], i) => `${i + 2},${reason},refused`),
      '8,overlap,refused',
    ])
    const strict = await take(bar(0, '2,4,1,3') + bar(1, '2,1,4,3'), { strict: true })
    expect(strict.rows).toHaveLength(4)
    expect(strict.error).toMatchObject({
      code: 'FILE_ROW',
      message: expect.stringMatching(/gbpusd\.csv:3: bad-bar: found '.*', expected a high of at least the low/),
    })
  })
})

describe('bars of bids and bars of asks', () => {
  const pair = (bids: string, asks: string, options: Partial<CsvOptions> = {}) =>
    barPairSource({
      path: file('gbpusd-bid.csv', HEADER + bids),
      asks: file('gbpusd-ask.csv', HEADER + asks),
      ...options,
    })

  it('are quotes of both', async () => {
    const source = pair(bar(0, '2,4,1,3') + bar(1, '3,3,3,3'), bar(0, '3,5,2,4') + bar(1, '4,4,4,4'))
    const { rows } = await rowsOf(source)
    expect(rows.slice(0, 4)).toEqual(['GBPUSD -0.3 2 3', 'GBPUSD -0.2 4 5', 'GBPUSD -0.1 1 2', 'GBPUSD 0 3 4'])
    expect(source.report()).toMatchObject({ kind: 'bars', rows: 2, refused: 0, lines: 6, instruments: ['GBPUSD'] })
  })

  it('are refused where one has no partner, each in its own file', async () => {
    const source = pair(
      bar(0, '2,4,1,3') + bar(1, '3,3,3,3') + bar(3, '3,3,3,3'),
      bar(1, '4,4,4,4') + bar(2, '4,4,4,4') + bar(3, '4,1,4,4') + bar(4, '4,4,4,4'),
    )
    expect((await rowsOf(source)).rows).toEqual(['59.7', '59.8', '59.9', '60'].map(second => `GBPUSD ${second} 3 4`))
    expect(source.report()).toMatchObject({ rows: 1, refused: 5, reasons: { 'no-partner': 4, 'bad-bar': 1 } })
    const lines = (name: string): string[] => readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1)
    expect(lines('gbpusd-bid.rejects.csv')).toEqual([
      `2,no-partner,refused,"${T0},2,4,1,3"`,
      `4,no-partner,refused,"${T0 + 180e6},3,3,3,3"`,
    ])
    expect(lines('gbpusd-ask.rejects.csv').map(line => line.split(',').slice(0, 2).join())).toEqual([
      '4,bad-bar',
      '3,no-partner',
      '5,no-partner',
    ])
  })

  it('that cross are counted, and refused where that is asked for', async () => {
    const [bids, asks] = [bar(0, '2,4,1,2'), bar(0, '2,3,2,3')]
    const taken = pair(bids, asks)
    expect(await rowsOf(taken)).toMatchObject({ error: null, rows: { length: 4 } })
    expect(taken.report().odd).toMatchObject({ crossed: 1, locked: 1 })
    const refused = pair(bids, asks, { crossed: 'refuse', locked: 'refuse' })
    expect((await rowsOf(refused)).rows).toEqual(['GBPUSD -0.1 1 2', 'GBPUSD 0 2 3'])
    expect(readFileSync(join(folder, 'gbpusd-bid.rejects.csv'), 'utf8').split('\n')[1]).toBe(
      `2,locked,refused,"${T0},open,2,2"`,
    )
  })

  it('are of the instrument that is told where their names tell none', async () => {
    const [bids, asks] = [file('1', HEADER + bar(0, '2,4,1,3')), file('2', HEADER + bar(0, '3,5,2,4'))]
    const source = barPairSource({ path: bids, asks, instrument: 'EURUSD', rejectsFile: null })
    expect((await rowsOf(source)).rows[0]).toBe('EURUSD -0.3 2 3')
    expect(() => barPairSource({ path: bids, asks })).toThrow(expect.objectContaining({ code: 'FILE_OPTION' }))
  })

  it('leave off where one of them is damaged, and are nothing else than bars', async () => {
    const broken = await rowsOf(pair(bar(0, '2,4,1,3'), `${bar(0, '3,5,2,4')}x`, { strict: true }))
    expect(broken.rows).toHaveLength(4)
    expect(broken.error?.message).toMatch(/gbpusd-ask\.csv:3: field-count/)
    const path = file('eurusd.csv', 'at,bid,ask\n1,2,3\n')
    expect((await rowsOf(barPairSource({ path, asks: path }))).error).toMatchObject({ code: 'FILE_HEADER' })
  })
})

const DATA = join(import.meta.dirname, '../../../shared/data')

describe.runIf(existsSync(DATA))('recorded bars', () => {
  it.each([
    ['gbpusd-m1-bid-2012.csv.gz', 'gbpusd-m1-ask-2012.csv.gz', 30_117],
    ['usdjpy-m1-bid-2013.csv.gz', 'usdjpy-m1-ask-2013.csv.gz', 28_761],
  ])('%s: every bar has its partner', async (bids, asks, bars) => {
    const options = { rejectsFile: null, asksRejectsFile: null }
    const source = barPairSource({ path: join(DATA, bids), asks: join(DATA, asks), ...options })
    let [rows, last] = [0, 0]
    for await (const { count, at } of source.blocks()) {
      for (let row = 0; row < count; row++) {
        expect(at[row]!).toBeGreaterThan(last)
        last = at[row]!
      }
      rows += count
    }
    expect(rows).toBe(4 * bars)
    expect(source.report()).toMatchObject({ rows: bars, refused: 0 })
  })
})
