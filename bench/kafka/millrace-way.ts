import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { runActor } from '../../engine/actor/actor.ts'
import { pipeline } from '../../engine/flow/pipeline.ts'
import { blockBuilder } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { quotes } from '../../engine/market/topics.ts'
import { stream } from '../../engine/run/stream.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { mid } from '../../operators/book/mid.ts'
import type { Guarantee, Job } from './cases.ts'
import type { Arrived, Way } from './latency.ts'

const mids: Schema = { id: 9004, name: 'bench-mid', fields: [{ name: 'value', type: 'f64', unit: 'price' }] }

const toMids = pipeline({ name: 'mids', reads: { quotes }, graph: ({ quotes }) => quotes.pipe(mid()) })

/** Three programs in one process: a feed, an actor that follows it, and a reader that follows the actor. */
export const openMillrace = async ({ address, name }: Job, guarantee: Guarantee, arrived: Arrived): Promise<Way> => {
  const [source, output] = [`${name}.quotes`, { topic: `${name}.mids`, partition: 0, schema: mids }]
  const open = (): Promise<Log> => openKafkaLog({ ...parseKafka(address), guarantee })
  const [feed, log, reader] = (await Promise.all([open(), open(), open()])) as [Log, Log, Log]
  const builder = blockBuilder(quotes.schema)
  const ending = new AbortController()
  const running = runActor(
    {
      task: `${name}/0`,
      log,
      mailbox: { topic: source, partition: 0, follow: true },
      behaviour: () => stream({ pipeline: toMids.build(), output }),
      clock: systemClock,
    },
    ending.signal,
  )
  const reading = follow(reader, output.topic, arrived, ending.signal)
  return {
    send(ticks) {
      for (const { at, bid, ask } of ticks) builder.push('K0', at, { bid, ask, bidSize: 0, askSize: 0 })
      feed.append(source, 0, [builder.block]).catch(fail)
      builder.clear()
    },
    async close() {
      ending.abort()
      const end = await running
      if (end.type === 'stopped') throw end.error
      await reading
      await Promise.all([feed, log, reader].map(one => one.close()))
    },
  }
}

const fail = (error: unknown): never => {
  throw error
}

const follow = async (log: Log, topic: string, arrived: Arrived, signal: AbortSignal): Promise<void> => {
  for (let [from, end] = [0, 0]; !signal.aborted; from = end) {
    end = await log.arrival(topic, 0, from, signal)
    for await (const { block } of log.read(topic, 0, from, { until: end })) {
      const values = block.columns.value as Float64Array
      for (let row = 0; row < block.count; row++) arrived(block.at[row]!, values[row]!)
    }
  }
}
