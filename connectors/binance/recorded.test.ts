import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bookDeltas } from '../../engine/market/topics.ts'
import { type CaptureSource, captureSource, captureStamps } from './capture.ts'

/** Recorded markets that do not belong to the repository: where the folder is absent, these tests do not run. */
const DATA = join(import.meta.dirname, '../../../shared/data')
const hasData = existsSync(DATA)

const captures = [
  {
    file: 'binance-spot-btcusdt-20240808.jsonl.gz',
    sha256: '5d263f4c5379cfc27379ef0e22779aa33804463d1b69c292e9c0714e31f2e1b4',
    messages: 41_249,
    book: { applied: 3449, old: 2, compared: 564, equal: 564 },
    skewMs: -1275.019,
  },
  {
    file: 'binance-usdm-btcusdt-20240808.jsonl.gz',
    sha256: '0ad7b3a0f5cff220761ea890cfd6e3c15f6899edc7f94637ec915043d7a72251',
    messages: 93_954,
    book: { applied: 6547, old: 4, compared: 629, equal: 629 },
    skewMs: -1272.549,
  },
  {
    file: 'binance-usdm-ethusdt-20240808.jsonl.gz',
    sha256: '6b76bc224bbb7fe402e7206066775e17e18dbc697247fbab8ebcc38289a3f772',
    messages: 74_655,
    book: { applied: 6581, old: 5, compared: 551, equal: 551 },
    skewMs: -1272.513,
  },
]

/** What the venue told of its best bid and offer, by update, read off the lines with nothing of ours. */
const toldBest = (file: string): ReadonlyMap<number, string> => {
  const told = new Map<number, string>()
  for (const line of gunzipSync(readFileSync(join(DATA, file)))
    .toString()
    .split('\n')) {
    if (!line.includes('@bookTicker')) continue
    const { u, b, B, a, A } = JSON.parse(line.slice(line.indexOf('{'))).data
    told.set(u, [b, B, a, A].map(Number).join(' '))
  }
  return told
}

/** Puts the book together from the rows with two maps that are searched from end to end; how often it agrees. */
const agreement = async (file: string, source: CaptureSource) => {
  const told = toldBest(file)
  const sides = { bid: new Map<number, number>(), ask: new Map<number, number>() }
  const found = { applied: 0, compared: 0, equal: 0, behind: 0 }
  let lastAt = 0
  for await (const { schema, at, count, columns } of source.blocks()) {
    for (let row = 0; row < count; row++) {
      if (at[row]! < lastAt) found.behind += 1
      lastAt = at[row]!
      const side = columns.side?.[row] as string
      if (side === 'bid' || side === 'ask')
        put(sides[side], columns.price![row] as number, columns.size![row] as number)
      if (schema.id !== bookDeltas.schema.id || columns.isFinal![row] !== 1) continue
      found.applied += 1
      const best = told.get(columns.last![row] as number)
      if (best === undefined) continue
      const [bid, ask] = [Math.max(...sides.bid.keys()), Math.min(...sides.ask.keys())]
      found.compared += 1
      if (best === [bid, sides.bid.get(bid), ask, sides.ask.get(ask)].join(' ')) found.equal += 1
    }
  }
  return found
}

const put = (side: Map<number, number>, price: number, size: number): void => {
  if (size > 0) side.set(price, size)
  else side.delete(price)
}

describe(`recorded feeds (${hasData ? 'present' : 'ABSENT: ../shared/data is not there, nothing was read'})`, () => {
  let agreed = 0

  it.runIf(hasData).each(captures)(
    '$file: the book is what the venue says',
    async ({ file, sha256, book, ...more }) => {
      const source = captureSource({ path: join(DATA, file), rejectsFile: null })
      const { old: _old, ...counts } = book
      const found = await agreement(file, source)
      expect(found).toEqual({ ...counts, behind: 0 })
      agreed += found.equal
      const report = source.report()
      expect(source.isSpot(report.instruments[0]!)).toBe(file.includes('-spot-'))
      expect(report).toMatchObject({ sha256, lines: more.messages, refused: 0, others: 0, gaps: [] })
      expect(Object.values(report.books)).toMatchObject([{ ...book, gaps: 0, crossed: 0, staleSnapshots: 0 }])
      expect(report.latency).toMatchObject({
        skewMs: more.skewMs,
        recorded: { min: more.skewMs },
        corrected: { min: 0 },
      })
    },
  )

  it.runIf(hasData)('1,744 of 1,744 best bids and offers are equal, price and size', () => {
    expect(agreed).toBe(1744)
  })

  it.runIf(hasData)('both clocks of each message are kept, and no message arrives before it was sent', async () => {
    const { file, messages } = captures[0]!
    let [rows, untold, wrong] = [0, 0, 0]
    for await (const { at, count, columns } of captureStamps({ path: join(DATA, file), rejectsFile: null })) {
      for (let row = 0; row < count; row++) {
        const venueAt = columns.venueAt![row] as number
        if (venueAt < 0) untold += 1
        else if (at[row]! < venueAt || (columns.localAt![row] as number) >= venueAt) wrong += 1
      }
      rows += count
    }
    // Quotes of the spot market, and the snapshot, tell no time of the venue.
    expect([rows, untold, wrong]).toEqual([messages, 28_041, 0])
  })
})
