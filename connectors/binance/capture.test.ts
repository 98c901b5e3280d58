import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Row, rowOf } from '../../engine/log/build.ts'
import { chance, even } from '../sample/chance.ts'
import { type CaptureOptions, type CaptureReport, captureSource, captureStamps } from './capture.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-capture-'))
afterAll(() => rmSync(home, { recursive: true }))

const START = 1_723_161_255_000
type Venue = 'spot' | 'futures'

/** Lines of a seeded market: diffs of one to three updates, a quote for each update, prints, one snapshot. */
const marketOf = (venue: Venue, steps = 60, seed = 7): string[] => {
  const draws = chance(seed, 'capture')
  const random = (): number => even(draws)
  const sides = { b: new Map<string, string>(), a: new Map<string, string>() }
  for (let i = 0; i < 20; i++) {
    sides.b.set((100 - i / 10).toFixed(2), '5.000')
    sides.a.set((100.1 + i / 10).toFixed(2), '5.000')
  }
  const lines: string[] = []
  let [update, ms, previous] = [1000, START, 990]
  const say = (message: object, delayMs = 3): void => {
    lines.push(`${(ms + delayMs) * 1_000_000} ${JSON.stringify(message)}`)
  }
  const levels = (side: 'a' | 'b') => [...sides[side]].sort(([p], [q]) => (side === 'b' ? +q - +p : +p - +q))
  for (let step = 0; step < steps; step++) {
    const first = update + 1
    const news = { b: new Map<string, string>(), a: new Map<string, string>() }
    for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
      update += 1
      const side = random() < 0.5 ? 'b' : 'a'
      const [price] = levels(side)[Math.floor(random() * 6)]!
      const size = random() < 0.2 && sides[side].size > 8 ? '0.000' : (random() * 9 + 0.1).toFixed(3)
      if (size === '0.000') sides[side].delete(price)
      else sides[side].set(price, size)
      news[side].set(price, size)
      const [[b, B], [a, A]] = [levels('b')[0]!, levels('a')[0]!]
      const told = venue === 'futures' ? { e: 'bookTicker', E: ms, T: ms } : {}
      say({ stream: 'btcusdt@bookTicker', data: { ...told, u: update, s: 'BTCUSDT', b, B, a, A } })
    }
    const link = venue === 'futures' ? { pu: previous } : {}
    const diff = { e: 'depthUpdate', E: ms, s: 'BTCUSDT', U: first, u: update, ...link, b: [...news.b], a: [...news.a] }
    say({ stream: 'btcusdt@depth', data: diff })
    previous = update
    if (step % 5 === 0) {
      const print = {
        e: 'trade',
        E: ms,
        s: 'BTCUSDT',
        t: step,
        p: levels('a')[0]![0],
        q: '0.5',
        T: ms,
        m: step % 2 === 0,
      }
      say({ stream: 'btcusdt@trade', data: print })
    }
    if (step === 10) say({ lastUpdateId: update, bids: levels('b'), asks: levels('a') })
    ms += 100
  }
  return lines
}

const isDiff = (line: string): boolean => line.includes('depthUpdate')

let number = 0
const take = async (lines: readonly string[], options: Partial<CaptureOptions> = {}) => {
  const path = join(home, `${number++}.jsonl.gz`)
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`))
  const rejectsFile = `${path}.rejects.csv`
  const source = captureSource({ path, rejectsFile, ...options })
  const rows: (Row & { readonly topic: string })[] = []
  for await (const block of source.blocks())
    for (let row = 0; row < block.count; row++) rows.push({ ...rowOf(block, row), topic: block.schema.name })
  return { path, rows, report: source.report(), rejects: () => readFileSync(rejectsFile, 'utf8').split('\n') }
}

const bookOf = ({ books }: CaptureReport) => books.BTCUSDT!

describe.each(['spot', 'futures'] as const)('a capture of %s', venue => {
  const market = marketOf(venue)
  const diffs = market.flatMap((line, i) => (isDiff(line) ? [i] : []))
  const snapshotAt = market.findIndex(line => line.includes('lastUpdateId'))

  it('gives quotes, prints and a book that agrees with the quotes', async () => {
    const { rows, report } = await take(market)
    const { compared, equal, applied, old, ...counts } = bookOf(report)
    expect(counts).toMatchObject({ gaps: 0, crossed: 0, snapshots: 1, held: 11 })
    expect({ equal, all: applied + old }).toEqual({ equal: compared, all: 60 })
    expect(compared).toBe(applied)
    expect(report).toMatchObject({ refused: 0, instruments: ['BTCUSDT'], rows: rows.length, lines: market.length })
    expect(rows.filter(({ topic }) => topic === 'trade')).toHaveLength(12)
    expect(rows.find(({ topic }) => topic === 'trade')).toMatchObject({ size: 0.5, side: 'sell', key: 'BTCUSDT' })
  })

  it('waits for a late snapshot, and for a late one takes what waited at its time', async () => {
    const late = market.filter((_, i) => i !== snapshotAt)
    late.splice(market.length - 10, 0, market[snapshotAt]!)
    const { rows, report } = await take(late)
    expect(bookOf(report)).toMatchObject({ gaps: 0, old: venue === 'spot' ? 11 : 10, snapshots: 1 })
    expect(bookOf(report).equal).toBe(bookOf(report).compared)
    const book = rows.filter(({ topic }) => topic.startsWith('book'))
    expect(book[0]!.topic).toBe('book-snapshot')
    expect(book.every(({ at }, i) => i === 0 || at >= book[i - 1]!.at)).toBe(true)
  })

  it('names the gap that a lost diff leaves, and has no book until the next snapshot', async () => {
    const lost = diffs[20]!
    const { rows, report, rejects } = await take(market.filter((_, i) => i !== lost))
    const [before, next] = [diffs[19]!, diffs[21]!].map(i => JSON.parse(market[i]!.slice(20)).data)
    expect(report.gaps).toEqual([expect.stringContaining(`:${diffs[21]!}: the book stood at ${before.u}, and found`)])
    expect(report.gaps[0]).toContain(`updates ${next.U} to ${next.u}`)
    expect(bookOf(report)).toMatchObject({ gaps: 1, held: 11 + 39 })
    expect(rejects()[1]).toMatch(new RegExp(`^${diffs[21]!},sequence-gap,kept,`))
    expect(rows.filter(({ topic }) => topic.startsWith('book')).at(-1)).toMatchObject({ side: 'none', isFinal: 1 })
    const again = market.filter((_, i) => i !== lost)
    again.push(`${market.at(-1)!.slice(0, 19)} {"lastUpdateId":${next.u},"bids":[["1","1"]],"asks":[["900","1"]]}`)
    expect(bookOf((await take(again)).report)).toMatchObject({ gaps: 1, snapshots: 2, isCrossed: false })
  })

  it('gives the best levels after each update, where it is asked to', async () => {
    const { rows, report } = await take(market, { levels: 2, parts: ['book', 'quotes'] })
    const books: (Row & { readonly topic: string })[][] = [[]]
    for (const row of rows.filter(({ topic }) => topic === 'book-snapshot')) {
      books.at(-1)!.push(row)
      if (row.isFinal === 1) books.push([])
    }
    const { applied, snapshots } = bookOf(report)
    expect(books).toHaveLength(applied + snapshots + 1)
    expect(rows.some(({ topic }) => topic === 'book-delta')).toBe(false)
    const quotes = new Map(
      market.flatMap(line => {
        const { data } = JSON.parse(line.slice(20))
        return data?.B === undefined ? [] : [[data.u, [data.b, data.B, data.a, data.A].map(Number)] as const]
      }),
    )
    for (const book of books.slice(1, -1)) {
      const [bid, ask] = [book[0]!, book[2]!]
      expect(book.map(({ side }) => side)).toEqual(['bid', 'bid', 'ask', 'ask'])
      expect([bid.price, bid.size, ask.price, ask.size]).toEqual(quotes.get(bid.last))
    }
  })

  it('refuses a damaged line by its number, and tells the gap that it leaves', async () => {
    const cut = market.map((line, i) => (i === diffs[30] ? line.slice(0, -9) : line))
    const { report, rejects } = await take(cut)
    expect(report).toMatchObject({ refused: 1, reasons: { 'bad-message': 1 }, examples: [{ code: 'FILE_ROW' }] })
    expect(report.examples[0]!.place).toMatch(new RegExp(`:${diffs[30]! + 1}$`))
    expect(rejects()[1]).toMatch(new RegExp(`^${diffs[30]! + 1},bad-message,refused,`))
    expect(bookOf(report).gaps).toBe(1)
    await expect(take(cut, { strict: true })).rejects.toMatchObject({ code: 'FILE_ROW' })
  })

  it('takes what comes twice once', async () => {
    const twice = market.flatMap(line => [line, line])
    const { rows, report } = await take(twice)
    const once = await take(market)
    expect(rows.filter(({ topic }) => topic !== 'book-snapshot')).toEqual(
      once.rows.filter(({ topic }) => topic !== 'book-snapshot'),
    )
    expect(report.odd.duplicate).toBe(report.reasons.duplicate)
    expect(bookOf(report)).toMatchObject({ gaps: 0, equal: bookOf(report).compared })
  })

  it('takes lines out of their order: their time is the latest, and a diff that is behind is a gap', async () => {
    const [one, other] = [diffs[40]!, diffs[41]!]
    const swapped = market.slice()
    swapped[one] = market[other]!
    swapped[other] = market[one]!
    const { rows, report } = await take(swapped)
    expect(rows.every(({ at }, i) => i === 0 || at >= rows[i - 1]!.at)).toBe(true)
    expect(report.takenOutOfOrder).toBeGreaterThan(0)
    expect(bookOf(report)).toMatchObject({ gaps: 1, isCrossed: false })
  })
})

describe('a damaged capture', () => {
  const whole = Buffer.from(`${marketOf('futures', 40).join('\n')}\n`)

  it('gives rows in order and a book that agrees with itself, whatever was done to its bytes', async () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(damage, async bytes => {
        const damaged = Buffer.from(whole)
        for (const [place, byte] of bytes) damaged[place] = byte
        const path = join(home, 'damaged')
        writeFileSync(path, damaged)
        const source = captureSource({ path, rejectsFile: null })
        let [last, rows] = [0, 0]
        for await (const { at, count } of source.blocks()) {
          for (const time of at.slice(0, count)) {
            expect(time).toBeGreaterThanOrEqual(last)
            last = time
          }
          rows += count
        }
        const report = source.report()
        const taken = report.lines - report.refused - report.others
        expect(rows).toBe(report.rows)
        expect(taken).toBeGreaterThan(0)
        for (const { applied, old, snapshots } of Object.values(report.books))
          expect(applied + old + snapshots).toBeLessThanOrEqual(taken)
      }),
      { seed: 11, numRuns: 150 },
    )
  })
})

describe('the two clocks', () => {
  const line = (localMs: number, venueMs: number, id: number): string =>
    `${localMs}000000 {"e":"trade","E":${venueMs},"s":"BTCUSDT","t":${id},"p":"1","q":"1","m":true}`

  it('a clock that is behind is set right by what has shown so far, and the report tells both', async () => {
    const { rows, report, path } = await take([line(1000, 2000, 1), line(1100, 2150, 2), line(1200, 2150, 3)])
    expect(rows.map(({ at }) => at)).toEqual([2_000_000, 2_150_000, 2_250_000])
    expect(report.latency).toEqual({
      skewMs: -1050,
      recorded: { min: -1050, median: -1000, max: -950 },
      corrected: { min: 0, median: 0, max: 100 },
    })
    const stamps: Row[] = []
    for await (const block of captureStamps({ path, rejectsFile: null }))
      for (let row = 0; row < block.count; row++) stamps.push(rowOf(block, row))
    expect(stamps[1]).toEqual({ at: 2_150_000, key: 'BTCUSDT', localAt: 1_100_000, venueAt: 2_150_000, line: 2 })
  })

  it('one damaged digit of a time moves nothing that follows', async () => {
    const good = [1, 2, 3, 4].map(id => line(START + id, START + id, id))
    const ticker = `9${START}000000 {"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"}`
    const wrong = [line(9 * START, START, 8), line(START, 9 * START, 9), line(1, START, 9), ticker]
    const { rows, report } = await take([
      good[0]!,
      ...wrong.slice(0, 2),
      good[1]!,
      wrong[2]!,
      good[2]!,
      wrong[3]!,
      good[3]!,
    ])
    expect(rows.map(({ at }) => at)).toEqual([1, 2, 3, 4].map(id => (START + id) * 1000))
    expect([report.refused, report.reasons['bad-stamp'], report.latency.skewMs]).toEqual([4, 3, 0])
  })

  it('a clock that is ahead cannot be told from a slow feed', async () => {
    const { rows, report } = await take([line(2000, 1000, 1)])
    expect([rows[0]!.at, report.latency.skewMs]).toEqual([2_000_000, 0])
  })
})

describe('what is taken', () => {
  const at = '1723161255000000000'
  const print = (id: number, more = '') =>
    `${at} {"e":"trade","s":"BTCUSDT","t":${id},"p":"1","q":"1","m":false${more}}`
  const put = (id: number) => `${at} {"e":"aggTrade","s":"BTCUSDT","a":${id},"p":"1","q":"1","m":false}`
  const best = (bid: string, ask: string, u: number) =>
    `${at} {"u":${u},"s":"BTCUSDT","b":"${bid}","B":"1","a":"${ask}","A":"1"}`

  it('one kind of trades: the one that comes first', async () => {
    const { rows, report } = await take([put(1), print(1), put(2)])
    expect([rows.length, report.others]).toEqual([2, 1])
  })

  it('crossed and locked quotes as it is told', async () => {
    const quotes = [best('1', '2', 1), best('3', '2', 2), best('2', '2', 3)]
    expect((await take(quotes)).rows).toHaveLength(3)
    const { rows, report } = await take(quotes, { crossed: 'refuse', locked: 'mark' })
    expect([rows.length, report.odd]).toEqual([2, { crossed: 1, locked: 1, duplicate: 0 }])
  })

  it('the parts and instruments that are asked for, under the name that is given', async () => {
    const lines = [print(1), best('1', '2', 1), print(5).replace('BTCUSDT', 'ETHUSDT')]
    expect((await take(lines, { parts: ['quotes'] })).rows).toMatchObject([{ topic: 'quote' }])
    expect((await take(lines, { instruments: ['ETHUSDT'] })).rows).toMatchObject([{ key: 'ETHUSDT' }])
    const { rows, report } = await take(lines, { instrument: 'BTC-PERP' })
    expect(rows.map(({ key }) => key)).toEqual(['BTC-PERP', 'BTC-PERP'])
    expect(report.reasons['unknown-instrument']).toBe(1)
  })

  it('nothing of a line without a time, with a broken number, of a kind that it does not know', async () => {
    const lines = ['{"e":"trade"}', print(1), best('1', 'x', 1), `${at} {"e":"markPriceUpdate","s":"BTCUSDT"}`, '']
    const { rows, report } = await take(lines)
    expect(rows).toHaveLength(1)
    expect(report).toMatchObject({ refused: 2, others: 1, reasons: { 'bad-stamp': 1, 'bad-number': 1 } })
  })

  it('a snapshot belongs to the only instrument there is, or to none', async () => {
    const snapshot = `${at} {"lastUpdateId":7,"bids":[["1","1"]],"asks":[["2","1"]]}`
    expect((await take([print(1), snapshot])).rows.at(-1)).toMatchObject({ topic: 'book-snapshot', key: 'BTCUSDT' })
    const others = [print(1), print(1).replace('BTC', 'ETH')]
    const named = snapshot.replace('{', '{"symbol":"ETHUSDT",')
    expect((await take([...others, named])).rows.at(-1)).toMatchObject({ topic: 'book-snapshot', key: 'ETHUSDT' })
    const { report } = await take([...others, snapshot])
    expect(report.reasons['unknown-instrument']).toBe(1)
  })

  it('a file of which nothing could be taken is refused, a torn one keeps what was good', async () => {
    await expect(take(['nothing'])).rejects.toMatchObject({ code: 'FILE_EMPTY' })
    const path = join(home, 'torn.gz')
    const packed = gzipSync(marketOf('spot', 4000).join('\n'))
    writeFileSync(path, packed.subarray(0, packed.length / 2))
    const source = captureSource({ path, rejectsFile: null })
    let rows = 0
    const reading = async () => {
      for await (const { count } of source.blocks()) rows += count
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: expect.stringContaining('rows before'),
    })
    expect(rows).toBeGreaterThan(0)
  })
})
