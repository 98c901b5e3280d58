import { describe, expect, it } from 'vitest'
import { checksum } from '../../engine/log/crc.ts'
import { dropBefore, type Feed, giveBack, land, newFeed, recordsIn } from './feed.ts'
import type { Fetched } from './fetch.ts'
import { encodeBatch } from './record-batch.ts'

const ticks = { topic: 'ticks', partition: 0 }

/** A batch at its offset, of which compaction has left one record of `span`. */
const batch = (offset: number, value: string, span = 1): Buffer => {
  const bytes = encodeBatch({ records: [{ key: null, value: Buffer.from(value), timestamp: 0 }] })
  bytes.writeBigInt64BE(BigInt(offset), 0)
  bytes.writeInt32BE(span - 1, 23)
  bytes.writeUInt32BE(checksum(bytes.subarray(21)), 17)
  return bytes
}
const fetched = (set: Buffer, end: number, replica = -1): Fetched => ({
  ...ticks,
  error: 0,
  end,
  aborted: [],
  replica,
  set,
})
const values = (feed: Feed): readonly string[] =>
  feed.chunks.flatMap(chunk => {
    const records = recordsIn(feed, chunk, feed.start, feed.next)
    const found: string[] = []
    while (records.next()) found.push(`${records.offset}:${records.value()}`)
    return found
  })

describe('a feed', () => {
  it('goes on behind the last offset that a batch ever had, over holes', () => {
    const feed = newFeed(ticks, 3, 100)
    land(feed, fetched(Buffer.concat([batch(7, 'a', 5), batch(20, 'b', 3)]), 30))
    expect(feed).toMatchObject({ start: 3, next: 23, end: 30, sated: false })
    expect(values(feed)).toEqual(['7:a', '20:b'])
    land(feed, fetched(batch(23, 'c', 7), 30))
    expect(feed).toMatchObject({ next: 30, sated: true })
  })

  it('leaves what was cut to the next fetch', () => {
    const feed = newFeed(ticks, 0, 100)
    land(feed, fetched(Buffer.concat([batch(0, 'a'), batch(1, 'b').subarray(0, 65)]), 2))
    expect(feed).toMatchObject({ next: 1, sated: false })
    land(feed, fetched(batch(1, 'b').subarray(0, 65), 2))
    expect(feed).toMatchObject({ next: 1, sated: false })
    expect(values(feed)).toEqual(['0:a'])
  })

  it.each([
    ['no longer than 20 bytes', 8, 8],
    ['of less than no record', 23, -9],
  ])('takes in a batch that makes no sense, %s: who reads it is told', (_what, place, value) => {
    const feed = newFeed(ticks, 3, 100)
    const set = batch(3, 'a')
    set.writeInt32BE(value, place)
    land(feed, fetched(set, 30))
    expect(feed.next).toBe(4)
    expect(() => values(feed)).toThrow(expect.objectContaining({ code: 'LOG_CORRUPT' }))
  })

  it('does not hold on to the answer that a small piece came in', () => {
    const answer = Buffer.alloc(1 << 20)
    const set = batch(0, 'a')
    set.copy(answer)
    const feed = newFeed(ticks, 0, 100)
    land(feed, fetched(answer.subarray(0, set.length), 1))
    expect(feed.chunks[0]!.set.buffer.byteLength).toBeLessThan(1 << 17)
    expect(feed.bytes).toBe(set.length)
  })

  it('goes to the replica that the leader names', () => {
    const feed = newFeed(ticks, 0, 100)
    feed.node = 1
    land(feed, fetched(Buffer.alloc(0), 5, 2))
    expect(feed).toMatchObject({ node: 2, next: 0, end: 5 })
  })

  it('gives up what was read', () => {
    const feed = newFeed(ticks, 0, 100)
    for (const offset of [0, 1, 2]) land(feed, fetched(batch(offset, `v${offset}`), 3))
    dropBefore(feed, 2)
    expect(values(feed)).toEqual(['2:v2'])
    expect(feed).toMatchObject({ start: 2, bytes: batch(2, 'v2').length })
    dropBefore(feed, 9)
    expect(feed).toMatchObject({ start: 3, bytes: 0, chunks: [] })
  })

  it.each([
    { what: 'at once', value: 'x'.repeat(1 << 16), shared: false, left: 0 },
    { what: 'but not what others look into', value: 'x'.repeat(1 << 16), shared: true, left: 1 << 16 },
    { what: 'but not what Node may have lent to others', value: 'x'.repeat(1 << 14), shared: false, left: 1 << 14 },
  ])('gives memory back, $what', ({ value, shared, left }) => {
    const feed = newFeed(ticks, 0, 100)
    land(feed, fetched(batch(0, value), 1), shared)
    const [chunk] = feed.chunks
    const records = recordsIn(feed, chunk!, 0, 1)
    records.next()
    const kept = records.value()!
    giveBack(chunk!)
    expect(kept).toHaveLength(left)
  })
})
