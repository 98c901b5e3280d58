import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { paperVenue } from '../connectors/paper/venue.ts'
import type { Log } from '../engine/log/port.ts'
import { currency } from '../engine/market/cash.ts'
import { minor } from '../engine/market/units.ts'
import { runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { meanReversion } from '../strategies/mean-reversion.ts'
import { type Measured, measureRun } from './measure.ts'
import { TAPE, withTape } from './tape.ts'

const BALANCE = minor(100_000_000_000)

/** The shipped mean reversion over a tape of the sample market, with the paper venue; its fills and their digest. */
export async function backtest(tape: Log, log: Log, onRows?: (done: number) => void): Promise<string> {
  const { actor, digests, counts } = await runStrategy({
    strategy: meanReversion,
    tape: { log: tape, ...TAPE },
    log,
    venue: () => paperVenue({ latencyUs: 1000, startBalance: BALANCE, currency: currency('USD', 6) }),
    startBalance: BALANCE,
    clock: systemClock,
    onProgress: ({ rows }) => onRows?.(rows),
  })
  if (actor.type === 'stopped') throw actor.error
  return `${counts.fills}|${digests.fills}`
}

/**
 * A backtest from an LMDB tape to an LMDB log of the run: decisions, answers, equity, digests and snapshots, all that
 * `millrace backtest` does but the command line.
 */
export const measureBacktest = (rows: number): Promise<Measured> =>
  withTape('sample', 1, rows, async ({ log: tape, scratch }) => {
    const log = await openLmdbLog({ path: scratch })
    let checksum = ''
    const measured = await measureRun(rows, async onRows => {
      checksum = await backtest(tape, log, onRows)
    })
    await log.close()
    return { ...measured, checksum }
  })
