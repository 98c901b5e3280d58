import type { Block } from '../../log/block.ts'
import { blockOf, type Row, rowOf } from '../../log/build.ts'
import type { Commit, Log, ReadOptions } from '../../log/port.ts'
import { quotes, trades } from '../../market/topics.ts'

/** Quote number `n` of a made-up market: no two are alike. */
export const quoteRow = (n: number): Row => ({
  key: n % 3 === 0 ? 'XAUUSD' : 'EURUSD',
  at: 1_400_000_000_000_000 + n * 1000,
  bid: 1 + n / 1e5,
  ask: 1 + (n + 1) / 1e5,
  bidSize: n % 7,
  askSize: 0,
})

/** Quotes [from, to) as one block. */
export const quoteBlock = (from: number, to: number): Block =>
  blockOf(
    quotes.schema,
    Array.from({ length: to - from }, (_, index) => quoteRow(from + index)),
  )

/** What is read, as rows with the record each came from. */
export const rowsRead = async (
  log: Log,
  topic: string,
  partition: number,
  { from = 0, ...options }: ReadOptions & { readonly from?: number } = {},
): Promise<{ readonly offset: number; readonly rows: readonly Row[] }[]> => {
  const records: { offset: number; rows: Row[] }[] = []
  for await (const { offset, block } of log.read(topic, partition, from, options))
    records.push({ offset, rows: Array.from({ length: block.count }, (_, row) => rowOf(block, row)) })
  return records
}

/** Quotes [from, to) as rows. */
export const rowsOf = (from: number, to: number): Row[] =>
  Array.from({ length: to - from }, (_, index) => quoteRow(from + index))

/** A block of another shape than `quotes`. */
export const tradeBlock = (): Block =>
  blockOf(trades.schema, [{ key: 'EURUSD', at: 1, price: 1, size: 1, side: 'buy' }])

/** A block that says it is a quote and has another shape. */
export const reshapedBlock = (): Block =>
  blockOf({ ...trades.schema, id: quotes.schema.id }, [{ key: 'EURUSD', at: 1, price: 1, size: 1, side: 'buy' }])

/** A commit of `task` with nothing in it but its position, and what is added. */
export const step = (task: string, epoch: number, offset: number, more: Partial<Commit> = {}): Commit => ({
  task,
  epoch,
  outputs: [],
  position: { offset, row: 0 },
  progress: Uint8Array.of(offset),
  ...more,
})
