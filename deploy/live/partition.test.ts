import { expect, test } from 'vitest'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import type { ActorEvent } from '../../engine/actor/actor.ts'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { memoryLog } from '../../engine/log/memory.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { currency } from '../../engine/market/cash.ts'
import { instruments } from '../../engine/market/topics.ts'
import { minor } from '../../engine/market/units.ts'
import { telling } from '../../engine/testing/drill.ts'
import { faultyLog } from '../../engine/testing/faults.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import type { Plan } from '../manifest.ts'
import { isEqual, replayAgain } from './again.ts'
import type { Monitor } from './monitor.ts'
import { notePlan, readNotes } from './notes.ts'
import { type LiveRun, runPartition } from './partition.ts'

const ROWS = 20_000
const market = sampleMarket({ regime: 'mean-reverting', rows: ROWS, instruments: ['EURUSD'] })
const definitions = market.instruments.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
const tape = [blockOf(instruments.schema, definitions), ...market.blocks()]

const plan = {
  strategy: 'mean-reversion',
  strategyFile: null,
  params: { adxMax: 60 },
  tape: { topic: 'ticks', counts: {} },
  ...{ source: null, from: null, to: null, latencyUs: 1_000, mode: 'fused', log: 'memory' },
  startBalance: minor(100_000_000_000),
  currency: currency('USD', 6),
} as unknown as Plan

const unseen = { watchCheck: () => () => undefined, watch: () => () => undefined } as unknown as Monitor

const desk = (log: Log, watch: (event: ActorEvent) => void = () => undefined): LiveRun => ({
  ...{ name: 'desk', plan, strategy: meanReversion, log, mailbox: log, follow: true, monitor: unseen, watch },
  onPlace: () => undefined,
  onProgress: () => undefined,
})

/** A shared log with so many blocks of the market, in which the run has begun. */
const begun = async (blocks: number): Promise<Log> => {
  const log = memoryLog()
  await log.append('ticks', 0, tape.slice(0, blocks))
  await notePlan(scopedLog(log, 'desk'), plan)
  return log
}

/** What the run has come to, in rows, and whether its replay comes to the same. */
const proved = async (log: Log): Promise<readonly [number, boolean]> => {
  const signal = new AbortController().signal
  const [part] = await replayAgain({ log, mailbox: log, name: 'desk', onProgress: () => undefined, signal })
  return [part!.end.rows, isEqual(part!)]
}

/** Goes on until all there is is committed, and drains. */
const goneOn = async (shared: Log): Promise<void> => {
  const { log, waiting } = telling(shared)
  const stop = new AbortController()
  const ended = runPartition(desk(log), 0, stop.signal)
  await waiting()
  stop.abort()
  await ended
}

test.each(['refused', 'unknown'] as const)(
  'who is told to end before what failed, %s, was done again notes nothing; who goes on does',
  async outcome => {
    const log = await begun(tape.length)
    const stop = new AbortController()
    const events: string[] = []
    const watch = ({ type }: ActorEvent): void => {
      events.push(type)
      if (type === 'restarted') stop.abort()
    }
    const broken = faultyLog(log, [{ call: 'commit', nth: 1, outcome, retryAfterMs: 60_000 }])
    const ended = runPartition(desk(broken, watch), 0, stop.signal)
    await expect(ended).rejects.toMatchObject({ code: 'LOG_IO' })
    expect(events).toEqual(['started', 'restarted', 'stopped'])
    expect((await readNotes(scopedLog(log, 'desk'))).results.size).toBe(0)
    await goneOn(log)
    expect(await proved(log)).toEqual([ROWS + 1, true])
  },
)

test('who hears late that the partition is another one’s does not have the last word on it', async () => {
  const log = await begun(3)
  await goneOn(log)
  // Cut off: nothing that comes is heard.
  const { log: still, waiting } = telling({
    ...log,
    arrival: (_topic, _partition, offset, signal) =>
      new Promise(resolve => signal?.addEventListener('abort', () => resolve(offset))),
  })
  const stop = new AbortController()
  const idle = runPartition(desk(still), 0, stop.signal)
  await waiting()
  await log.append('ticks', 0, tape.slice(3))
  await goneOn(log)
  stop.abort('lost')
  await idle
  expect(await proved(log)).toEqual([ROWS + 1, true])
})
