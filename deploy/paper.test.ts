import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { BLOCK_ROWS, type Block } from '../engine/log/block.ts'
import { blockOf, type Row, sliceBlock } from '../engine/log/build.ts'
import type { Log } from '../engine/log/port.ts'
import { instruments } from '../engine/market/topics.ts'
import { rowsOf } from '../engine/run/replay.ts'
import { checkpoints } from '../engine/run/topics.ts'
import { systemClock } from '../engine/time/clock.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

const home = make()
const TOPIC = 'live'
const STRATEGY = ['mean-reversion', '--set', 'window=100', '--set', 'adxMax=60']

type Blocks = Iterator<Block>

/** A feed that writes beside who follows. */
const openFeed = async (): Promise<{ readonly log: Log; readonly blocks: Blocks }> => {
  const market = sampleMarket({ rows: 60_000 })
  const log = await openLmdbLog({ path: join(home, 'log') })
  const definitions = market.instruments.map(record => ({ key: record.id, ...record }) as unknown as Row)
  await log.append(TOPIC, 0, [blockOf(instruments.schema, definitions)])
  return { log, blocks: market.blocks()[Symbol.iterator]() }
}

/** Appends so many of its blocks, in pieces as they come from a market that is not busy. */
const feed = async ({ log, blocks }: Awaited<ReturnType<typeof openFeed>>, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    const { value, done } = blocks.next()
    if (done) return
    for (let row = 0; row < value.count; row += PIECE) {
      await log.append(TOPIC, 0, [sliceBlock(value, row, Math.min(value.count, row + PIECE))])
    }
  }
}

const PIECE = 700

/** Follows the topic while work is done, until it has stepped so many rows, then presses Ctrl-C. */
const follow = (folder: string, args: readonly string[], rows: number, work?: () => Promise<void>) =>
  millrace(['paper', ...args, '--json'], {
    home,
    async started(child) {
      await work?.()
      await stepped(folder, rows)
      child.kill('SIGINT')
    },
  })

/** Resolves when the run has committed so many rows, however long it takes. */
const stepped = async (folder: string, rows: number): Promise<void> => {
  while ((await committed(folder)) < rows) await systemClock.sleep(50)
}

/** 0 as long as there is no log. */
const committed = async (folder: string): Promise<number> => {
  const log = await openLmdbLog({ path: join(folder, 'log'), readOnly: true }).catch(() => null)
  let rows = 0
  if (log !== null) for await (const checkpoint of rowsOf(log, checkpoints.name, 0)) rows = Number(checkpoint.rows)
  await log?.close()
  return rows
}

/** With the definition of the instrument. */
const rowsIn = (blocks: number): number => blocks * BLOCK_ROWS + 1

describe('millrace paper', () => {
  const folder = join(home, 'desk')
  const backtest = async () =>
    documentOf(await millrace(['backtest', ...STRATEGY, '--topic', TOPIC, '--json'], { home }))

  it('follows what another process writes until Ctrl-C; a replay and a backtest give its digests', async () => {
    const source = await openFeed()
    await feed(source, 2)
    const done = await follow(folder, [...STRATEGY, '--topic', TOPIC, '--out', folder], rowsIn(5), async () => {
      await stepped(folder, rowsIn(2))
      await feed(source, 3)
    })
    const first = documentOf(done)
    expect(first).toMatchObject({ status: 'drained', rows: rowsIn(5), runDir: folder })
    expect(first.orders).toBeGreaterThan(10)
    expect(done).toMatchObject({ code: 0, signal: null })
    expect(documentOf(await millrace(['replay', folder, '--json'], { home }))).toMatchObject({ equal: true })
    expect((await backtest()).digests).toEqual(first.digests)

    await feed(source, 4)
    const second = documentOf(await follow(folder, ['--resume', folder], rowsIn(9)))
    await source.log.close()
    expect(second).toMatchObject({ status: 'drained', rows: rowsIn(9) })
    expect((await backtest()).digests).toEqual(second.digests)
    expect(documentOf(await millrace(['replay', folder, '--json'], { home }))).toMatchObject({ equal: true })
  })

  it('tells how it stands in plain lines where nobody watches, and what to do next', async () => {
    const plain = join(home, 'plain')
    const { stdout, stderr } = await millrace(['paper', ...STRATEGY, '--topic', TOPIC, '--out', plain], {
      home,
      started: child => void stepped(plain, rowsIn(9)).then(() => child.kill('SIGINT')),
    })
    expect(stderr).toMatch(
      /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d {2}[\d,]+ rows {2}\d+ orders {2}\d+ fills {2}[-+0][\d,.]+ USD$/m,
    )
    expect(stderr).toContain(`prove it: millrace replay ${plain}`)
    expect(stderr).not.toContain('\r')
    expect(stdout).toMatch(/^digest decisions +[0-9a-f]{32}$/m)
  })

  it.each([
    [['ema-cross'], 'CLI_FLAG: paper follows a topic: --topic T; over a file or a sample market: backtest'],
    [['ema-cross', '--topic', 'lve'], "CLI_NAME: no topic 'lve' (did you mean 'live'?)"],
    [['--resume', 'gone'], "CLI_NAME: no run 'gone'"],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await millrace(['paper', ...args], { home })
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})
