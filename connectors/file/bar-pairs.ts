import type { Block } from '../../engine/log/block.ts'
import { type BlockBuilder, blockBuilder } from '../../engine/log/build.ts'
import { BAR_PRICES, type BarPath, type BarPrice, barPairs, quotesAlong, USUAL_PATH } from './bar-path.ts'
import { type CsvOptions, type CsvReport, type CsvSource, instrumentOf, type LineSource, lineSource } from './csv.ts'

export interface BarPairOptions extends CsvOptions {
  /** The file of asks; `path` is that of the bids. It is read with the same options. */
  readonly asks: string
  /** Where refused rows of the asks go; null: only counted. Default: `<name>.rejects.csv` beside the file. */
  readonly asksRejectsFile?: string | null
}

/**
 * Bars of bids in one file and bars of asks in another, as quotes of both: the ask that belongs to a bid is known with
 * it, so that no order that a bar brought about finds half a book.
 *
 * A bar whose time and instrument the other file does not have is refused. Rows of one time have their instruments in
 * the same order in both files.
 *
 * Delivers  the quotes along the path of every pair of bars, in the order of time; `rows` of the report are pairs
 * Blocks    nothing is read before it is asked for; a block of each file is held
 * Late      as `csvSource`; an ask that is below the bid is `crossed`
 * Ends      with both files, or quietly when the signal aborts
 * Fails     as `csvSource`; usage FILE_HEADER when a file is not of bars
 *
 * @example
 * barPairSource({ path: 'gbpusd-bid.csv', asks: 'gbpusd-ask.csv' }).report().rejectsFile // => 'gbpusd-bid.rejects.csv'
 */
export const barPairSource = (options: BarPairOptions): CsvSource => {
  const { path, asks, asksRejectsFile, rejectsFile: _bids, ...shared } = options
  const along = options.barPath ?? USUAL_PATH
  const told = { ...shared, instrument: options.instrument ?? instrumentOf(path), kind: 'bars' as const }
  const bidSource = lineSource({ ...options, ...told })
  const askSource = lineSource({
    ...told,
    path: asks,
    ...(asksRejectsFile === undefined ? {} : { rejectsFile: asksRejectsFile }),
  })
  const [bids, offers] = [fileOf(bidSource), fileOf(askSource)]
  const report = (): CsvReport => both(bidSource.report(), askSource.report(), bids.alone + offers.alone)
  return { report, blocks: signal => quotesAlong(joined({ bids, asks: offers, path: along }, signal), along) }
}

/** One of the two files, and where it stands. */
interface File {
  readonly source: LineSource
  block: Block | null
  row: number
  /** Bars without a partner. */
  alone: number
}

const fileOf = (source: LineSource): File => ({ source, block: null, row: 0, alone: 0 })

interface Pair {
  readonly bids: File
  readonly asks: File
  readonly path: BarPath
}

async function* joined(pair: Pair, signal?: AbortSignal): AsyncGenerator<Block> {
  const { bids, asks } = pair
  const [bidBlocks, askBlocks] = [bids.source.blocks(signal), asks.source.blocks(signal)].map(blocks =>
    blocks[Symbol.asyncIterator](),
  ) as [AsyncIterator<Block>, AsyncIterator<Block>]
  const builder = blockBuilder(barPairs)
  let failure: unknown
  try {
    // What is judged is of a block that is held, and so of a file that is still open.
    while ((await isThere(bids, bidBlocks)) && (await isThere(asks, askBlocks))) {
      const order = compare(bids, asks)
      if (order === 0) push(builder, pair)
      if (order <= 0) pass(bids, order)
      if (order >= 0) pass(asks, order)
      if (builder.isFull()) yield builder.take()
    }
    while (await isThere(bids, bidBlocks)) pass(bids, -1)
    while (await isThere(asks, askBlocks)) pass(asks, 1)
  } catch (error) {
    failure = error
  } finally {
    await bidBlocks.return?.()
    await askBlocks.return?.()
  }
  if (builder.block.count > 0) yield builder.take()
  if (failure !== undefined) throw failure
}

/** True when the file has a row to look at. */
const isThere = async (file: File, blocks: AsyncIterator<Block>): Promise<boolean> => {
  if (file.block !== null && file.row < file.block.count) return true
  const next = await blocks.next()
  file.block = next.done ? null : next.value
  file.row = 0
  return file.block !== null
}

const compare = (bids: File, asks: File): number => {
  const [bid, ask] = [bids, asks].map(({ block, row }) => ({ at: block!.at[row]!, key: keyOf(block!, row) })) as [
    Id,
    Id,
  ]
  if (bid.at !== ask.at) return bid.at - ask.at
  return bid.key === ask.key ? 0 : bid.key < ask.key ? -1 : 1
}

interface Id {
  readonly at: number
  readonly key: string
}

const keyOf = ({ keys, key }: Block, row: number): string => keys[key[row]!]!

/** The row is done with: refused unless it had its partner. */
const pass = (file: File, order: number): void => {
  const { block, row, source } = file
  file.row += 1
  if (order === 0) return
  file.alone += 1
  const { at, columns } = block!
  const prices = BAR_PRICES.map(price => columns[price]![row])
  source.judge('no-partner', Number(columns.line![row]), () => [at[row], ...prices].join(','))
}

/** A quote that is not to be taken is NaN. */
const push = (builder: BlockBuilder, { bids, asks, path }: Pair): void => {
  const [bidBars, askBars] = [bids.block!.columns, asks.block!.columns]
  const values: Record<string, number> = Object.fromEntries(barPairs.fields.map(({ name }) => [name, Number.NaN]))
  for (const { price } of path) {
    const [bid, ask] = [Number(bidBars[price]![bids.row]), Number(askBars[price]![asks.row])]
    if (ask <= bid && !isTaken(bids, { price, bid, ask })) continue
    values[`bid ${price}`] = bid
    values[`ask ${price}`] = ask
  }
  builder.push(keyOf(bids.block!, bids.row), bids.block!.at[bids.row]!, values)
}

type Odd = Readonly<Record<'bid' | 'ask', number>> & { readonly price: BarPrice }

const isTaken = ({ source, block, row }: File, { price, bid, ask }: Odd): boolean => {
  const line = Number(block!.columns.line![row])
  return source.judge(ask < bid ? 'crossed' : 'locked', line, () => `${block!.at[row]},${price},${bid},${ask}`)
}

/** What was seen of both files; rows are bars of bids that had a partner. */
const both = (bids: CsvReport, asks: CsvReport, alone: number): CsvReport => {
  const sum = <Name extends string>(a: Record<Name, number>, b: Record<Name, number>): Record<Name, number> =>
    Object.fromEntries(Object.keys(a).map(name => [name, a[name as Name] + b[name as Name]])) as Record<Name, number>
  return {
    ...bids,
    rows: (bids.rows + asks.rows - alone) / 2,
    lines: bids.lines + asks.lines,
    refused: bids.refused + asks.refused,
    reasons: sum(bids.reasons, asks.reasons),
    odd: sum(bids.odd, asks.odd),
    examples: [...bids.examples, ...asks.examples],
    bytesRead: bids.bytesRead + asks.bytesRead,
    bytesTotal: bids.bytesTotal + asks.bytesTotal,
  }
}
