/**
 * Rows into QuestDB, three ways in one run: `node bench/ingest.ts --rows 1000000 --rounds 3`.
 *
 * - `sink`    a topic through `questdbSink`, each batch committed behind its acknowledgement
 * - `client`  the plain `@questdb/nodejs-client` in a loop over the same columns, 10,000 rows a request
 * - `socket`  the limit: text lines that were made beforehand, written to a socket that does not answer
 *
 * The clock runs until the last row can be read. The checksum is the digest of all rows as they are read back; it must
 * be that of the rows that were sent, or the exit code is 1.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Sender } from '@questdb/nodejs-client'
import { parseQuestdb } from '../connectors/questdb/config.ts'
import { openQuestdb, type Questdb } from '../connectors/questdb/questdb.ts'
import { readRecords } from '../connectors/questdb/records.ts'
import { questdbSink } from '../connectors/questdb/sink.ts'
import { readConfig } from '../deploy/config.ts'
import { freePorts } from '../deploy/services/ports.ts'
import { type QuestDb, startQuestDb } from '../deploy/services/questdb.ts'
import { BLOCK_ROWS, type Block } from '../engine/log/block.ts'
import { digestBlock, digestHex, digestState } from '../engine/log/digest.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { quotes } from '../engine/market/topics.ts'
import { systemClock } from '../engine/time/clock.ts'
import { tickColumns, tickSource } from './ticks.ts'

const INSTRUMENTS = 10
const REQUEST_ROWS = 10_000

interface Store {
  readonly server: QuestDb
  readonly questdb: Questdb
  readonly blocks: readonly Block[]
}

/** Makes ready, and gives what is timed: it comes back when all is sent, and acknowledged by who acknowledges. */
type Way = (store: Store, topic: string) => Promise<() => Promise<unknown>>

const ways: Readonly<Record<string, Way>> = {
  sink: async ({ questdb, blocks }, topic) => {
    const log = memoryLog()
    await log.append(topic, 0, blocks)
    const sink = questdbSink({ questdb, log, mailbox: { topic, partition: 0 }, clock: systemClock })
    return () => sink.run()
  },
  client: async ({ server, blocks }, topic) => {
    const sender = await Sender.fromConfig(`http::addr=${new URL(server.http).host};auto_flush=off`)
    return async () => {
      let waiting = 0
      for (const [offset, block] of blocks.entries()) {
        const { bid, ask, bidSize, askSize } = block.columns as Readonly<Record<string, Float64Array>>
        for (let row = 0; row < block.count; row++) {
          sender.table('quotes').symbol('source', `${topic}/0`).symbol('instrument', block.keys[block.key[row]!])
          sender.floatColumn('bid', bid![row]!).floatColumn('ask', ask![row]!)
          sender.floatColumn('bid_size', bidSize![row]!).floatColumn('ask_size', askSize![row]!)
          await sender.intColumn('seq', offset * BLOCK_ROWS + row).at(block.at[row]!, 'us')
          if (++waiting % REQUEST_ROWS === 0) await sender.flush()
        }
      }
      await sender.flush()
      await sender.close()
    }
  },
  socket: async ({ server, blocks }, topic) => {
    const lines = blocks.map((block, offset) => Buffer.from(textOf(block, offset, topic)))
    return async () => {
      const socket = connect(server.ilp.port, server.ilp.host)
      for (const some of lines) await new Promise(sent => socket.write(some, sent))
      await new Promise<void>(ended => socket.end(ended))
    }
  },
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
  })
  const folder = mkdtempSync(join(tmpdir(), 'millrace-ingest-'))
  const [http, pg, health, ilp] = (await freePorts(4)) as [number, number, number, number]
  const { library, java } = readConfig()
  const server = await startQuestDb({ folder, ports: { http, pg, health, ilp }, library, java })
  const address = parseQuestdb(`questdb://127.0.0.1:${http}?pg=${pg}`)
  const questdb = await openQuestdb({ address })
  try {
    return await measure({ server, questdb, blocks: blocksOf(Number(values.rows)) }, Number(values.rounds))
  } finally {
    await questdb.close()
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

/**
 * Rounds in turn, each run on a day of its own, as rows come in life: nothing is put between older rows. The first
 * round warms the server up and does not count.
 */
async function measure({ server, questdb, blocks }: Store, rounds: number): Promise<number> {
  const rates = new Map<string, number[]>(Object.keys(ways).map(name => [name, []]))
  let [day, isRight] = [0, true]
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const store = { server, questdb, blocks: blocks.map(block => moved(block, day)) }
      const rate = await timed(store, way, `${name}-${round}`)
      const expected = await digestOf(store.blocks.map(block => ({ block })))
      const found = await digestOf(readRecords(questdb, { source: `${name}-${round}/0` }))
      isRight &&= found === expected
      if (round > 0) rates.get(name)!.push(rate)
      const figure = `${Math.round(rate).toLocaleString('en').padStart(10)} rows/s`
      console.log(`${round === 0 ? 'warm-up ' : '        '} ${name.padEnd(6)} ${figure}  ${found}`)
      day += 1
    }
  }
  const [sink, client, socket] = ['sink', 'client', 'socket'].map(name => median(rates.get(name)!))
  const ratios = `sink / socket ${(sink! / socket!).toFixed(2)}, sink / client ${(sink! / client!).toFixed(2)}`
  console.log(`medians of ${rounds}: ${ratios}`)
  console.log(isRight ? 'every row is stored as it was sent' : 'ROWS ARE NOT STORED AS THEY WERE SENT')
  return isRight ? 0 : 1
}

const DAY_US = 86_400_000_000

const moved = (block: Block, days: number): Block => ({ ...block, at: block.at.map(at => at + days * DAY_US) })

/** Rows a second, from the first that is sent until the last can be read. */
async function timed(store: Store, way: Way, topic: string): Promise<number> {
  const run = await way(store, topic)
  const rows = store.blocks.reduce((sum, { count }) => sum + count, 0)
  const started = performance.now()
  await run()
  const sql = 'select count() from quotes where source = $1'
  while (Number((await store.questdb.query(sql, [`${topic}/0`]))[0]![0]) < rows) await systemClock.sleep(10)
  return rows / ((performance.now() - started) / 1000)
}

async function digestOf(records: AsyncIterable<{ block: Block }> | readonly { block: Block }[]): Promise<string> {
  const state = digestState()
  for await (const { block } of records) digestBlock(state, block)
  return digestHex(state)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Quotes of ten instruments, some of them in the same microsecond. */
function blocksOf(rows: number): readonly Block[] {
  const feed = tickSource(INSTRUMENTS)
  const blocks: Block[] = []
  for (let left = rows; left > 0; left -= BLOCK_ROWS) {
    const ticks = tickColumns(Math.min(left, BLOCK_ROWS))
    feed(ticks)
    const { count, at, key, bid, ask, size } = ticks
    const keys = Array.from({ length: INSTRUMENTS }, (_, i) => `I${i}`)
    const columns = { bid, ask, bidSize: size, askSize: size }
    blocks.push({ schema: quotes.schema, count, at: at.map(Math.floor), key, keys, columns })
  }
  return blocks
}

const textOf = ({ at, key, keys, count, columns }: Block, offset: number, topic: string): string => {
  const { bid, ask, bidSize, askSize } = columns
  let text = ''
  for (let row = 0; row < count; row++) {
    text += `quotes,source=${topic}/0,instrument=${keys[key[row]!]} seq=${offset * BLOCK_ROWS + row}i,bid=${bid![row]}`
    text += `,ask=${ask![row]},bid_size=${bidSize![row]},ask_size=${askSize![row]} ${at[row]}t\n`
  }
  return text
}

process.exitCode = await main()
