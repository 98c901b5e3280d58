import { expect } from 'vitest'
import { BLOCK_ROWS } from '../../log/block.ts'
import { blockBuilder, blockOf, emptyBlock, rowOf } from '../../log/build.ts'
import { digestBlock, digestHex, digestState } from '../../log/digest.ts'
import { fills, quotes } from '../../market/topics.ts'
import { code, type LogCases } from './cases.ts'
import { quoteBlock, quoteRow, reshapedBlock, rowsOf, rowsRead, tradeBlock } from './rows.ts'

export const appending: LogCases = {
  'an empty log has no topics, ends at 0 and reads nothing': async ({ log }) => {
    expect(await log.topics()).toEqual([])
    expect(await log.end('quotes', 0)).toBe(0)
    expect(await rowsRead(log, 'quotes', 0)).toEqual([])
  },

  'offsets count from 0 without holes, and rows come back bit for bit': async ({ log }) => {
    expect(await log.append('quotes', 0, [quoteBlock(0, 3), quoteBlock(3, 4)])).toBe(0)
    expect(await log.append('quotes', 0, [quoteBlock(4, 9)])).toBe(2)
    expect(await log.end('quotes', 0)).toBe(3)
    expect(await rowsRead(log, 'quotes', 0)).toEqual([
      { offset: 0, rows: rowsOf(0, 3) },
      { offset: 1, rows: rowsOf(3, 4) },
      { offset: 2, rows: rowsOf(4, 9) },
    ])
  },

  'NaN, infinities and -0 survive': async ({ log }) => {
    const odd = { ...quoteRow(0), bid: Number.NaN, ask: -0, bidSize: Number.POSITIVE_INFINITY, askSize: -1e308 }
    await log.append('quotes', 0, [blockOf(quotes.schema, [odd])])
    const [record] = await rowsRead(log, 'quotes', 0)
    expect(record!.rows).toStrictEqual([odd])
    expect(Object.is(record!.rows[0]!.ask, -0)).toBe(true)
  },

  'texts survive, whatever the language': async ({ log }) => {
    const rows = ['', 'venue said: no', 'Größe ≤ 5 €', '注文', '👍', '\ufeffbom', '\u0000'].map((orderId, at) => ({
      key: orderId,
      at,
      orderId,
      side: 'buy',
      lots: 1,
      price: 2,
      fee: -1,
      quoteAgeUs: 0,
    }))
    await log.append('fills', 0, [blockOf(fills.schema, rows)])
    expect((await rowsRead(log, 'fills', 0))[0]!.rows).toEqual(rows)
  },

  'a full block of 4,096 rows keeps its digest': async ({ log }) => {
    const builder = blockBuilder(quotes.schema)
    for (const row of rowsOf(0, BLOCK_ROWS)) builder.push(row.key, row.at, row)
    const [sent, got] = [digestState(), digestState()]
    digestBlock(sent, builder.block)
    await log.append('quotes', 0, [builder.block])
    for await (const { block } of log.read('quotes', 0, 0)) digestBlock(got, block)
    expect(digestHex(got)).toBe(digestHex(sent))
  },

  'the block is the caller’s again as soon as append and commit return': async ({ log }) => {
    const block = { ...quoteBlock(0, 2), keys: ['EURUSD', 'XAUUSD'] }
    const scribble = (): void => {
      block.at.fill(0)
      ;(block.columns.bid as Float64Array).fill(0)
      block.keys.length = 0
    }
    const expected = [rowOf(block, 0), rowOf(block, 1)]
    const appended = log.append('quotes', 0, [block])
    scribble()
    await appended
    expect((await rowsRead(log, 'quotes', 0))[0]!.rows).toEqual(expected)
  },

  'partitions and topics do not touch': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    await log.append('quotes', 1, [quoteBlock(1, 2)])
    await log.append('quotes-2', 0, [quoteBlock(2, 3)])
    expect(await rowsRead(log, 'quotes', 0)).toEqual([{ offset: 0, rows: rowsOf(0, 1) }])
    expect(await rowsRead(log, 'quotes', 1)).toEqual([{ offset: 0, rows: rowsOf(1, 2) }])
    expect(await rowsRead(log, 'quotes-2', 0)).toEqual([{ offset: 0, rows: rowsOf(2, 3) }])
  },

  'appends that overlap in time keep the order of the calls': async ({ log }) => {
    const offsets = await Promise.all([0, 1, 2, 3, 4].map(n => log.append('quotes', 0, [quoteBlock(n, n + 1)])))
    expect(offsets).toEqual([0, 1, 2, 3, 4])
    expect((await rowsRead(log, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 5))
  },

  '10,000 small records': async ({ log }) => {
    const calls: Promise<number>[] = []
    for (let n = 0; n < 10_000; n++) calls.push(log.append('quotes', 0, [quoteBlock(n, n + 1)]))
    await Promise.all(calls)
    let next = 0
    for await (const { offset, block } of log.read('quotes', 0, 0)) {
      if (offset !== next || block.at[0] !== quoteRow(next).at) throw new Error(`record ${next} is not there`)
      next += 1
    }
    expect(next).toBe(10_000)
  },

  'topics tells rows, times and ends, sorted by topic and partition': async ({ log }) => {
    await log.append('quotes', 1, [quoteBlock(0, 3), quoteBlock(3, 5)])
    await log.append('quotes', 0, [quoteBlock(9, 10)])
    await log.append('fills', 0, [])
    const infos = await log.topics()
    expect(infos.map(({ bytes, ...info }) => info)).toEqual([
      {
        topic: 'quotes',
        partition: 0,
        schema: 'quote',
        end: 1,
        rows: 1,
        firstAt: quoteRow(9).at,
        lastAt: quoteRow(9).at,
      },
      {
        topic: 'quotes',
        partition: 1,
        schema: 'quote',
        end: 2,
        rows: 5,
        firstAt: quoteRow(0).at,
        lastAt: quoteRow(4).at,
      },
    ])
    expect(infos.every(({ bytes, rows }) => bytes >= rows * 10)).toBe(true)
  },

  'a block that fits neither its schema nor the topic is refused, and nothing of the call is kept': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    const other = reshapedBlock()
    const { bid, ...columns } = quoteBlock(1, 2).columns
    const torn = { ...quoteBlock(1, 2), columns }
    await expect(log.append('quotes', 0, [other])).rejects.toEqual(code('LOG_SCHEMA'))
    await expect(log.append('quotes', 1, [other])).rejects.toEqual(code('LOG_SCHEMA'))
    await expect(log.append('quotes', 0, [quoteBlock(1, 2), torn])).rejects.toEqual(code('LOG_SCHEMA'))
    await expect(log.append('quotes', 0, [emptyBlock(quotes.schema)])).rejects.toEqual(code('LOG_SCHEMA'))
    await expect(log.append('new', 0, [quoteBlock(0, 1), other])).rejects.toEqual(code('LOG_SCHEMA'))
    await expect(log.append('a/b', 0, [quoteBlock(0, 1)])).rejects.toEqual(code('ASSERT'))
    expect((await log.topics()).map(({ topic, end }) => [topic, end])).toEqual([['quotes', 1]])
    expect(await log.append('quotes', 0, [quoteBlock(1, 2)])).toBe(1)
  },

  'a topic is a mailbox: blocks of several schemas follow each other': async ({ log }) => {
    const blocks = [tradeBlock(), quoteBlock(0, 3), tradeBlock(), quoteBlock(3, 4)]
    await log.append('mailbox', 0, blocks.slice(0, 2))
    await log.append('mailbox', 0, blocks.slice(2))
    const names: string[] = []
    for await (const { block } of log.read('mailbox', 0, 0)) names.push(block.schema.name)
    expect(names).toEqual(['trade', 'quote', 'trade', 'quote'])
    expect((await log.topics())[0]).toMatchObject({ topic: 'mailbox', schema: 'trade+quote', end: 4, rows: 6 })
  },

  'a dropped topic is gone, may take another schema, and dropping it again is no error': async ({ log }) => {
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    await log.append('quotes', 3, [quoteBlock(0, 1)])
    await log.append('quotes-2', 0, [quoteBlock(0, 1)])
    await log.drop('quotes')
    await log.drop('quotes')
    expect((await log.topics()).map(({ topic }) => topic)).toEqual(['quotes-2'])
    expect(await log.end('quotes', 0)).toBe(0)
    expect(await rowsRead(log, 'quotes', 3)).toEqual([])
    expect(await log.append('quotes', 0, [tradeBlock()])).toBe(0)
  },
}
