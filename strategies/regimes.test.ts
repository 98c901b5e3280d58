import { describe, expect, it } from 'vitest'
import { paperVenue } from '../connectors/paper/venue.ts'
import { REGIMES, type Regime } from '../connectors/sample/regime.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import type { Strategy } from '../engine/flow/pipeline.ts'
import { blockOf, type Row } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { currency } from '../engine/market/cash.ts'
import { instruments } from '../engine/market/topics.ts'
import { minor } from '../engine/market/units.ts'
import { replayRun } from '../engine/run/replay.ts'
import { runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import * as strategies from './index.ts'

/*
 * What every strategy does in every market that can be made from a seed. A digest that changes is a decision, a fill or
 * a state that changed: where that was meant, `npm test -- strategies/regimes -u` stores the new ones.
 */

const ROWS = 50_000
const startBalance = minor(100_000_000_000)

const run = async (strategy: Strategy, regime: Regime) => {
  const market = sampleMarket({ regime, rows: ROWS, instruments: ['EURUSD', 'GBPUSD'] })
  const [tapes, log] = [memoryLog(), memoryLog()]
  const definitions = market.instruments.map(defined => ({ ...defined, key: defined.id }) as unknown as Row)
  await tapes.append('market', 0, [blockOf(instruments.schema, definitions)])
  for (const block of market.blocks()) await tapes.append('market', 0, [block])
  const options = { strategy, tape: { log: tapes, topic: 'market', partition: 0 }, startBalance }
  const venue = () => paperVenue({ latencyUs: 1000, startBalance, currency: currency('USD', 6) })
  const { actor, ledger, digests } = await runStrategy({ ...options, log, venue, clock: systemClock })
  if (actor.type === 'stopped') throw actor.error
  return { digests, trades: ledger.trades, replayed: () => replayRun({ ...options, log }) }
}

describe.each(Object.values(strategies))('$name', strategy => {
  it.each(REGIMES)('in a %s market: the stored digests, and those of its replay', async regime => {
    const { digests, trades, replayed } = await run(strategy, regime)
    expect({ trades, ...digests }).toMatchSnapshot()
    expect(await replayed()).toMatchObject({ digests, difference: null })
  })
})
