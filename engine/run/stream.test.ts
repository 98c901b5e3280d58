import { expect, it } from 'vitest'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import { mid } from '../../operators/book/mid.ts'
import { zScore } from '../../operators/indicators/z-score.ts'
import { runActor } from '../actor/actor.ts'
import { asOf } from '../flow/as-of.ts'
import { flowOf } from '../flow/flow.ts'
import { map } from '../flow/map.ts'
import { pipeline } from '../flow/pipeline.ts'
import { sliceBlock } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Schema } from '../market/topic.ts'
import { bars, quotes, trades } from '../market/topics.ts'
import { systemClock } from '../time/clock.ts'
import { rowsOf } from './replay.ts'
import { stream } from './stream.ts'

const scores: Schema = { id: 9030, name: 'score', fields: [{ name: 'value', type: 'f64', unit: 'deviations' }] }
const z = pipeline({ name: 'z', reads: { quotes }, graph: ({ quotes }) => quotes.pipe(mid(), zScore({ length: 20 })) })

it('writes each value of a pipeline to its topic, with the time and key of its cause', async () => {
  const log = memoryLog()
  for (const block of sampleMarket({ rows: 10_000 }).blocks()) await log.append('quotes', 0, [block])
  const output = { topic: 'scores', partition: 0, schema: scores }
  const end = await runActor({
    task: 'z/0',
    log,
    mailbox: { topic: 'quotes', partition: 0 },
    behaviour: () => stream({ pipeline: z.build(), output }),
    clock: systemClock,
  })
  expect(end.type).toBe('finished')
  const [info] = (await log.topics()).filter(({ topic }) => topic === 'scores')
  const { value: first } = await rowsOf(log, 'scores', 0).next()
  let nineteenth = 0
  for await (const { block } of log.read('quotes', 0, 0, { until: 1 })) nineteenth = block.at[19]!
  expect(first).toMatchObject({ key: 'EURUSD', at: nineteenth })
  expect(info!.rows).toBeGreaterThan(9_900)
})

it('hears what it joins, writes records, and goes on from its snapshot at every block', async () => {
  const atQuote = pipeline({
    name: 'at-quote',
    reads: { trades },
    graph: ({ trades }) =>
      trades.pipe(
        asOf(flowOf(quotes), { maxAgeMs: 60_000 }),
        map('bar', ({ left, right }) => ({ ...blank, at: left.at, close: left.price - (right.bid + right.ask) / 2 })),
      ),
  })
  const output = { topic: 'slippage', partition: 0, schema: bars.schema }
  const make = () => stream({ pipeline: atQuote.build(), output })
  const mailbox = [sampleMarket({ rows: 3_000 }), sampleMarket({ rows: 3_000, topic: 'trades' })].flatMap(market =>
    [...market.blocks()].flatMap(block => [sliceBlock(block, 0, 700), sliceBlock(block, 700, block.count)]),
  )
  const whole = make()
  mailbox.forEach((block, offset) => {
    whole.step({ offset, block }, 0, block.count)
  })
  let cut = make()
  const parts = mailbox.flatMap((block, offset) => {
    const next = make()
    next.restore(cut.snapshot())
    cut = next
    cut.step({ offset, block }, 0, block.count)
    return cut.outputs()
  })
  const closes = (outputs: ReturnType<typeof whole.outputs>) =>
    outputs.flatMap(({ block }) => [...(block.columns.close as Float64Array).subarray(0, block.count)])
  const expected = closes(whole.outputs())
  expect(expected.length).toBeGreaterThan(0)
  expect(closes(parts)).toEqual(expected)
  expect(cut.progress()).toEqual(whole.progress())
})

const blank = { start: 0, open: 0, high: 0, low: 0, volume: 0, count: 0 }
