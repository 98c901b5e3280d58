import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runActor } from '../../engine/actor/actor.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { cases, QUICK } from './cases.ts'
import { goalsOf } from './goals.ts'
import { BLOCKS, marketBlocks } from './market.ts'
import { expectedOrders } from './orders.ts'
import type { CaseRuns } from './rounds.ts'
import { rowsOf, table } from './table.ts'
import { w2Behaviour } from './w2.ts'

const TICKS = 50_000

describe('W2 as an actor', () => {
  const run = async (log: Log, until: number): Promise<void> => {
    const end = await runActor({
      task: 'w2/0',
      log,
      mailbox: { topic: BLOCKS, partition: 0, until },
      behaviour: () => w2Behaviour('orders'),
      clock: systemClock,
      commitRows: 4096,
      snapshotRows: 10_000,
    })
    if (end.type === 'stopped') throw end.error
  }

  it('gives the orders of the hand-written loop, also when it begins again in the middle', async () => {
    const log = memoryLog()
    for (const { block } of marketBlocks(TICKS)) await log.append(BLOCKS, 0, [block])
    for (const until of [5, 8, Number.POSITIVE_INFINITY]) await run(log, until)
    const digest = digestState()
    for await (const { block } of log.read('orders', 0, 0)) digestBlock(digest, block)
    expect(digest.count).toBeGreaterThan(1000)
    expect(`${digest.count}|${digestHex(digest)}`).toBe(expectedOrders([TICKS]).get(TICKS))
  })
})

describe('the table', () => {
  const size = { ...QUICK, ticks: { blocks: 300, messages: 200, fewMessages: 100 } }
  const expected = rowsOf(cases.map(withFinding('')), size).map(row => row.expected)
  const runs = cases.map((of, n) => withFinding(expected[n]!)(of))

  function withFinding(checksum: string): (of: CaseRuns['of']) => CaseRuns {
    return of => {
      const found = (scale: number) =>
        of.type === 'throughput'
          ? { cpuNs: 100 * scale, ticksPerSecond: 1000 / scale, commitMs: null, checksum }
          : { p50: 10 * scale, p90: 20 * scale, p99: 30 * scale, checksum }
      return { of, found: [found(1), found(9), found(2)] }
    }
  }

  it('has medians, ratios and goals', () => {
    const rows = rowsOf(runs, size)
    const goals = goalsOf(rows)
    expect(rows[0]).toMatchObject({ id: 'blocks', ticks: 300, cpuNs: 200, ticksPerSecond: 500 })
    expect(goals.map(({ found, isMet }) => [found, isMet])).toEqual([
      [200, true],
      [1, false],
      [200, true],
      ...[1, 1, 1, 20, 1, 20].map(found => [found, true]),
    ])
    expect(table(rows, goals)).not.toContain('void')
  })

  it('voids a row whose checksum is not the expected one in every round', () => {
    const [first, ...others] = runs
    const odd = { of: first!.of, found: [first!.found[0]!, { ...first!.found[1]!, checksum: 'odd' }] }
    const rows = rowsOf([odd, ...others], size)
    expect(rows[0]!.checksum).toBe('odd')
    expect(table(rows, goalsOf(rows)).split('\n')[1]).toMatch(/void .* void .* odd$/)
  })
})

describe('npm run bench:kafka', () => {
  it('measures kafkajs as it comes: what our client mends in it is not loaded', () => {
    const script = `
      import Connection from 'kafkajs/src/network/connection.js'
      const { disconnect } = Connection.prototype
      for (const way of ['kafkajs.ts', 'kafkajs-way.ts']) await import(new URL(way, '${import.meta.url}'))
      process.stdout.write(String(Connection.prototype.disconnect === disconnect))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(stdout).toBe('true')
  })

  const script = fileURLToPath(new URL('main.ts', import.meta.url))
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

  it('tells what it does, and who asks wrongly where that stands', () => {
    expect(run('--help').stdout).toContain('--quick')
    const { stderr, status } = run('--loud')
    expect([stderr, status]).toEqual([expect.stringContaining('npm run bench:kafka -- --help tells more'), 2])
  })
})
