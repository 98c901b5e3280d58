import { beforeAll, describe, expect, it } from 'vitest'
import { paperVenue } from '../../connectors/paper/venue.ts'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import { crossover, ema, fixedSize, marketOrder, mid } from '../../operators/index.ts'
import { emaCross } from '../../strategies/ema-cross.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import type { ActorEnd, ActorOptions } from '../actor/actor.ts'
import { deadLettersOf } from '../actor/dead-letters.ts'
import type { Supervision } from '../actor/supervision.ts'
import { supervise } from '../actor/supervisor.ts'
import { isMillraceError } from '../errors.ts'
import type { Kernel } from '../flow/kernel.ts'
import { lift } from '../flow/lift.ts'
import { type Params, type Strategy, strategy } from '../flow/pipeline.ts'
import { together } from '../flow/together.ts'
import { blockOf, type Row } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { currency } from '../market/cash.ts'
import { instruments, quotes } from '../market/topics.ts'
import { minor } from '../market/units.ts'
import { faultyLog } from '../testing/faults.ts'
import { systemClock } from '../time/clock.ts'
import type { Digests } from './digests.ts'
import { taskOf } from './digests.ts'
import { rowsOf } from './replay.ts'
import { runStrategy } from './run-strategy.ts'
import { type Trader, trader } from './trader.ts'

const BALANCE = minor(100_000_000_000)
const ROWS = 60_000
/** Of one key: about two thirds through the tape, long after the first commits and snapshots. */
const POISON_INPUT = 20_000

const venue = () => paperVenue({ latencyUs: 1_000, startBalance: BALANCE, currency: currency('USD', 6) })

/** A step that a programmer got wrong: it throws on one input, and again when that input is stepped again. */
const flawedStep = (): Kernel<{ count: number }, number, number> => ({
  name: 'flawed',
  warmup: 1,
  init: () => ({ count: 0 }),
  step(state, price) {
    if (state.count + 1 === POISON_INPUT) throw new TypeError('reading a price of nothing')
    state.count += 1
    return price
  },
})

const poisoned: Strategy = strategy({
  name: 'poisoned',
  reads: { quotes },
  params: {},
  graph: ({ quotes }) =>
    quotes.pipe(
      mid(),
      lift(flawedStep()),
      together(price => ({ price, fast: price.pipe(ema({ length: 50 })), slow: price.pipe(ema({ length: 400 })) }), {
        on: 'slow',
      }),
      crossover(),
      fixedSize({ lots: 1 }),
      marketOrder({ timeInForce: 'IOC' }),
    ),
})

interface Part {
  readonly strategy: Strategy
  readonly params: Params
  readonly log: Log
}

const healthy = (): readonly [Part, Part] => [
  { strategy: meanReversion, params: { adxMax: 60 }, log: memoryLog() },
  { strategy: emaCross, params: { barMs: 1_000 }, log: memoryLog() },
]

let tape: Log
let usual: readonly Digests[]

beforeAll(async () => {
  tape = memoryLog()
  const market = sampleMarket({ regime: 'mean-reverting', rows: ROWS, instruments: ['EURUSD', 'XAUUSD'] })
  const definitions = market.instruments.map(instrument => ({ key: instrument.id, ...instrument }) as unknown as Row)
  await tape.append('sample', 0, [blockOf(instruments.schema, definitions)])
  for (const block of market.blocks()) await tape.append('sample', 0, [block])
  usual = await Promise.all(healthy().map(alone))
})

const alone = async ({ strategy, params, log }: Part): Promise<Digests> => {
  const source = { log: tape, topic: 'sample', partition: 0 }
  const options = { strategy, params, log, venue, startBalance: BALANCE, clock: systemClock, tape: source }
  return (await runStrategy(options)).digests
}

/** A strategy as an actor, and the trader that it runs at the moment. */
const actorOf = ({ strategy, params, log }: Part, supervision: Supervision = {}) => {
  let current: Trader
  const mailbox = { topic: 'sample', partition: 0 }
  const options: ActorOptions = {
    task: taskOf(strategy.name, 0),
    log,
    mailbox: { ...mailbox, log: tape },
    clock: systemClock,
    commitRows: 5_000,
    snapshotRows: 10_000,
    supervision,
    behaviour: () => {
      current = trader({
        name: strategy.name,
        pipeline: strategy.build(params),
        venue: venue(),
        startBalance: BALANCE,
        mailbox,
      })
      return current
    },
  }
  return { options, digests: () => current.digests(), rows: () => current.rows() }
}

/** Runs the third beside the two that are well; what became of it, and of them. */
const beside = async (third: Part, supervision?: Supervision) => {
  const actors = [...healthy().map(part => actorOf(part)), actorOf(third, supervision)]
  const [mean, cross, end] = await supervise(actors.map(({ options }) => options)).done()
  expect([mean!.type, cross!.type]).toEqual(['finished', 'finished'])
  expect(actors.slice(0, 2).map(({ digests }) => digests())).toEqual(usual)
  return { end: end as ActorEnd, third: actors[2]! }
}

describe('of three strategies in one process, one of them poisoned, two end with their usual digests', () => {
  it('when the third stops at the row that it cannot step', async () => {
    const log = memoryLog()
    const { end } = await beside({ strategy: poisoned, params: {}, log })
    expect(end).toMatchObject({ type: 'stopped', error: new TypeError('reading a price of nothing') })
    expect(end.counts.commits).toBeGreaterThan(2)
    expect(await log.end(deadLettersOf('poisoned/0'), 0)).toBe(0)
  })

  it('when the third passes every such row over, to its dead letters', async () => {
    const log = memoryLog()
    const supervision = { onPoison: 'resume', poisonMax: 50 } as const
    const { end } = await beside({ strategy: poisoned, params: {}, log }, supervision)
    expect(end.type === 'stopped' && isMillraceError(end.error) && end.error.code).toBe('ACTOR_POISON')
    const letters: Row[] = []
    for await (const row of rowsOf(log, deadLettersOf('poisoned/0'), 0)) letters.push(row)
    expect(letters).toHaveLength(50)
    expect(letters[0]).toMatchObject({ code: 'TypeError', reason: 'reading a price of nothing' })
  })

  it('when the third cannot write', async () => {
    const log = faultyLog(memoryLog(), [{ call: 'commit', nth: 3, outcome: 'refused' }])
    const { end } = await beside({ strategy: poisoned, params: {}, log })
    expect(end).toMatchObject({ type: 'stopped', error: { code: 'LOG_IO' } })
    expect(end.counts.commits).toBe(2)
  })
})
