import { BLOCK_ROWS, type Block, type Column } from './block.ts'
import { emptyBlock, type OpenBlock, sliceBlock } from './build.ts'

/**
 * Rows of several sources in one order: by event time; at equal times by key, then by schema id, then by the place of
 * the source in the list. The rows of one source keep their order: one that is behind in time comes as soon as those
 * before it have gone.
 *
 * Delivers  every row once; a run of rows of one schema is one block, or several when it is long
 * Blocks    holds a block of each source, and one that is being filled
 * Ends      when all sources have ended
 * Fails     as a source does, after the rows before it were delivered
 *
 * @example
 * const row = (key: string, at: number) => ({ key, at, bid: 1, ask: 2, bidSize: 0, askSize: 0 })
 * const sources = [[blockOf(quotes.schema, [row('B', 1), row('B', 3)])], [blockOf(quotes.schema, [row('A', 3)])]]
 * const merged = await Array.fromAsync(mergeBlocks(sources))
 * merged.map(({ count, keys }) => [count, keys]) // => [[3, ['B', 'A']]]
 */
export async function* mergeBlocks(sources: readonly Source[]): AsyncGenerator<Block> {
  const heads = sources.map((source, place) => newHead(source, place))
  let filling: Filling | null = null
  let failure: unknown
  try {
    for (const head of heads) await advance(head)
    for (;;) {
      const first = firstOf(heads)
      if (first === null) break
      const block = first.block!
      if (filling !== null && (filling.block.schema.id !== block.schema.id || filling.block.count === BLOCK_ROWS)) {
        yield filling.block
        filling = null
      }
      const end = runEnd(first, heads)
      if (filling === null && first.row === 0 && end === block.count) {
        yield sliceBlock(block, 0, end)
        first.row = end
      } else {
        filling ??= newFilling(block)
        first.row = copyRows(first, end, filling)
      }
      if (first.row === block.count) await advance(first)
    }
  } catch (error) {
    failure = error
  } finally {
    for (const { blocks } of heads) await blocks.return?.()
  }
  if (filling !== null) yield filling.block
  if (failure !== undefined) throw failure
}

export type Source = AsyncIterable<Block> | Iterable<Block>

/** Where a source stands; no block at its end. */
interface Head {
  readonly blocks: AsyncIterator<Block> | Iterator<Block>
  readonly place: number
  block: Block | null
  row: number
}

const newHead = (source: Source, place: number): Head => {
  const blocks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  return { blocks, place, block: null, row: 0 }
}

const advance = async (head: Head): Promise<void> => {
  do {
    const { done, value } = await head.blocks.next()
    head.block = done === true ? null : value
  } while (head.block?.count === 0)
  head.row = 0
}

const firstOf = (heads: readonly Head[]): Head | null => {
  let first: Head | null = null
  for (const head of heads) if (head.block !== null && (first === null || isBefore(head, head.row, first))) first = head
  return first
}

/** The rows that come before every row that other sources show. */
const runEnd = (head: Head, heads: readonly Head[]): number => {
  const { block } = head
  const next = firstOf(heads.filter(other => other !== head))
  if (next === null) return block!.count
  let end = head.row + 1
  while (end < block!.count && isBefore(head, end, next)) end += 1
  return end
}

const isBefore = (head: Head, row: number, other: Head): boolean => {
  const [block, rival] = [head.block!, other.block!]
  const ahead = block.at[row]! - rival.at[other.row]!
  if (ahead !== 0) return ahead < 0
  const [key, rivalKey] = [block.keys[block.key[row]!]!, rival.keys[rival.key[other.row]!]!]
  if (key !== rivalKey) return key < rivalKey
  return block.schema.id === rival.schema.id ? head.place < other.place : block.schema.id < rival.schema.id
}

/** A block that is being filled from several. */
interface Filling {
  readonly block: OpenBlock
  readonly places: Map<string, number>
}

const newFilling = ({ schema }: Block): Filling => ({ block: emptyBlock(schema), places: new Map() })

/** Rows up to `end`, as far as there is room; where it stopped. */
const copyRows = (head: Head, end: number, { block: to, places }: Filling): number => {
  const { schema, at, key, keys, columns } = head.block!
  const pairs = schema.fields.map(({ name }): [Column, Column] => [columns[name]!, to.columns[name]!])
  const last = Math.min(end, head.row + BLOCK_ROWS - to.count)
  for (let row = head.row; row < last; row++) {
    const name = keys[key[row]!]!
    let place = places.get(name)
    if (place === undefined) {
      place = to.keys.push(name) - 1
      places.set(name, place)
    }
    to.at[to.count] = at[row]!
    to.key[to.count] = place
    for (const [from, into] of pairs) into[to.count] = from[row]!
    to.count += 1
  }
  return last
}
