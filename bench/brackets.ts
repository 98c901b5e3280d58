import { paperVenue } from '../connectors/paper/venue.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { type Lifted, lift } from '../engine/flow/lift.ts'
import { type Strategy, strategy } from '../engine/flow/pipeline.ts'
import { together } from '../engine/flow/together.ts'
import { blockOf, type Row } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { currency } from '../engine/market/cash.ts'
import { instrument } from '../engine/market/instrument.ts'
import type { Target } from '../engine/market/target.ts'
import { instruments, quotes } from '../engine/market/topics.ts'
import { type Lots, minor } from '../engine/market/units.ts'
import { runStrategy } from '../engine/run/run-strategy.ts'
import { systemClock } from '../engine/time/clock.ts'
import { mid } from '../operators/book/mid.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { bracketOrder } from '../operators/routing/bracket-order.ts'
import { type Measured, measure } from './measure.ts'
import { record } from './record.ts'
import { TAPE } from './tape.ts'

const ENTER = 3

/** Against the move, whenever it is far from the mean. */
const against = (): Lifted<{ z: number; price: number }, Target> => lift(againstStep())
const againstStep = (): Kernel<{ lots: Lots; price: number }, { z: number; price: number }, Target> => ({
  name: 'against',
  warmup: 1,
  init: () => ({ lots: 0 as Lots, price: NaN }),
  step(target, { z, price }) {
    if (Math.abs(z) < ENTER) return undefined
    target.lots = -Math.sign(z) as Lots
    target.price = price
    return target
  },
})

/** Five points of stop and of target, ten times as many ticks. */
const reversal: Strategy = strategy({
  name: 'brackets',
  reads: { quotes },
  graph: ({ quotes }) =>
    quotes.pipe(
      mid(),
      together(price => ({ price, z: price.pipe(zScore({ length: 100 })) }), { on: 'z' }),
      against(),
      bracketOrder({ stopTicks: 50, targetTicks: 50 }),
    ),
})

const euro = instrument({
  ...{ id: 'K0', venue: 'FX', tickSize: '0.00001', lotSize: '1000', quoteCurrency: 'USD', decimals: 6 },
  ...{ takerFeeBps: 0.2, makerFeeBps: 0.1 },
})
const MONEY = currency('USD', 6)
const BALANCE = minor(10_000_000_000)

/** A backtest of entries with stop and target on the recorded quotes: paper venue with latency, ledger and digests. */
export async function measureBrackets(rows: number): Promise<Measured> {
  const tape = memoryLog()
  const definition = { key: euro.id, ...euro } as unknown as Row
  await tape.append(TAPE.topic, TAPE.partition, [blockOf(instruments.schema, [definition])])
  await record(tape, 'recorded', 1, rows)
  let log = memoryLog()
  let found = ''
  const measured = await measure({
    size: rows,
    prepare: () => {
      log = memoryLog()
    },
    async work() {
      const { actor, counts, digests } = await runStrategy({
        ...{ strategy: reversal, tape: { log: tape, ...TAPE }, log, startBalance: BALANCE, clock: systemClock },
        venue: () => paperVenue({ latencyUs: 1000, startBalance: BALANCE, currency: MONEY }),
      })
      if (actor.type === 'stopped') throw actor.error
      found = `${counts.orders}|${counts.fills}|${digests.fills}`
    },
  })
  return { ...measured, checksum: found }
}
