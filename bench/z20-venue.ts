import { paperVenue } from '../connectors/paper/venue.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { type Lifted, lift } from '../engine/flow/lift.ts'
import { map } from '../engine/flow/map.ts'
import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { blockOf, type Row } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { currency } from '../engine/market/cash.ts'
import { instrument } from '../engine/market/instrument.ts'
import type { Quote } from '../engine/market/quote.ts'
import type { Target } from '../engine/market/target.ts'
import { instruments, quotes } from '../engine/market/topics.ts'
import { type Lots, minor } from '../engine/market/units.ts'
import { runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { marketOrder } from '../operators/routing/market-order.ts'
import { type Measured, measure } from './measure.ts'
import { record } from './record.ts'
import { TAPE } from './tape.ts'
import { checksum } from './workload.ts'
import { ENTER, LEAVE, POINTS, type Trades } from './z20.ts'

const points = (price: number): number => Math.round(price * POINTS)

/** One unit against the move, closed near the mean: the position to hold, when it changes. */
const oneUnit = (): Lifted<number, Target> => lift(oneUnitStep())
const oneUnitStep = (): Kernel<{ lots: Lots; price: number }, number, Target> => ({
  name: 'oneUnit',
  warmup: 1,
  init: () => ({ lots: 0 as Lots, price: NaN }),
  step(target, z) {
    const isDue = target.lots === 0 ? Math.abs(z) > ENTER : Math.abs(z) < LEAVE
    if (!isDue) return undefined
    target.lots = (target.lots === 0 ? -Math.sign(z) : 0) as Lots
    return target
  },
})

/** Z20 as a strategy. One decision per quote: its fill is heard ahead of the next row. */
const z20: Strategy = strategy({
  name: 'z20',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      map('points', ({ bid, ask }: Quote) => points(bid) + points(ask)),
      zScore({ length: 20 }),
      oneUnit(),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

/** One euro a lot, so that a point of a lot is ten millionths of a dollar; no fees. */
const euro = instrument({ id: 'K0', venue: 'FX', tickSize: '0.00001', lotSize: '1', quoteCurrency: 'USD', decimals: 6 })
const MONEY = currency('USD', 6)
const BALANCE = minor(1_000_000_000)

/** Z20 through the whole desk: orders to the paper venue, which fills on the deciding quote; ledger and digests. */
export async function measureZ20Venue(rows: number): Promise<Measured> {
  const tape = memoryLog()
  const definition = { key: euro.id, ...euro } as unknown as Row
  await tape.append(TAPE.topic, TAPE.partition, [blockOf(instruments.schema, [definition])])
  await record(tape, 'recorded', 1, rows)
  let log = memoryLog()
  let trades: Trades = { fills: 0, cash: 0 }
  const measured = await measure({
    size: rows,
    prepare: () => {
      log = memoryLog()
    },
    async work() {
      const { actor, ledger } = await runStrategy({
        strategy: z20,
        tape: { log: tape, ...TAPE },
        log,
        venue: () => paperVenue({ latencyUs: 0, fillOn: 'same', startBalance: BALANCE, currency: MONEY }),
        startBalance: BALANCE,
        clock: systemClock,
      })
      if (actor.type === 'stopped') throw actor.error
      trades = { fills: ledger.fills, cash: (ledger.balance - BALANCE) / 10 ** MONEY.decimals }
    },
  })
  return { ...measured, checksum: checksum(trades) }
}
