import type { KafkaConfig } from '../../connectors/kafka/config.ts'
import type { Latencies, Open } from './latency.ts'
import type { Rates } from './measure.ts'

/** One case in a process of its own. */
export interface Job {
  /** 'kafka://127.0.0.1:9092/bench'. */
  readonly address: string
  /** Of this run of the case: its topics and its task begin with it. */
  readonly name: string
  readonly ticks: number
  readonly seconds: number
}

export type Guarantee = KafkaConfig['guarantee']

export interface Throughput extends Rates {
  /** Between two commits, on average; null where nobody commits. */
  readonly commitMs: number | null
  /** Of the orders that lie in the topic at the end. */
  readonly checksum: string
}

interface Of<Type extends string, Found> {
  readonly type: Type
  readonly id: string
  readonly says: string
  /** It loads what it runs, so that a process holds no other case. */
  readonly run: (job: Job) => Promise<Found>
}

export interface ThroughputCase extends Of<'throughput', Throughput> {
  /** How many ticks it is given. */
  readonly ticks: keyof Ticks
}

export interface LatencyCase extends Of<'latency', Latencies> {
  readonly perSecond: number
}

export type Case = ThroughputCase | LatencyCase

export interface Ticks {
  readonly blocks: number
  readonly messages: number
  /** For those who are slow: of the same topic. */
  readonly fewMessages: number
}

export interface Size {
  readonly ticks: Ticks
  /** Of each latency. */
  readonly seconds: number
  readonly rounds: number
}

export const FULL: Size = {
  ticks: { blocks: 10_000_000, messages: 2_000_000, fewMessages: 200_000 },
  seconds: 10,
  rounds: 3,
}

export const QUICK: Size = {
  ticks: { blocks: 4_000_000, messages: 600_000, fewMessages: 60_000 },
  seconds: 5,
  rounds: 1,
}

const actors = () => import('./actors.ts')
const kafkajs = () => import('./kafkajs.ts')

export const cases: readonly Case[] = [
  throughput('blocks', 'blocks', 'blocks, exactly once', async job =>
    (await actors()).measureBlocks(job, 'exactly-once'),
  ),
  throughput('blocks-at-least-once', 'blocks', 'blocks, at least once', async job =>
    (await actors()).measureBlocks(job, 'at-least-once'),
  ),
  throughput('messages', 'messages', 'a message each, exactly once', async job =>
    (await actors()).measureMessages(job, 'exactly-once'),
  ),
  throughput('kafkajs-each-message', 'fewMessages', 'a message each, kafkajs eachMessage', async job =>
    (await kafkajs()).measureKafkajs(job, 'eachMessage'),
  ),
  throughput('kafkajs-each-batch', 'fewMessages', 'a message each, kafkajs eachBatch', async job =>
    (await kafkajs()).measureKafkajs(job, 'eachBatch'),
  ),
  ...latencies(200),
  ...latencies(20_000),
]

function throughput(id: string, ticks: keyof Ticks, says: string, run: ThroughputCase['run']): ThroughputCase {
  return { type: 'throughput', id, says, ticks, run }
}

function latencies(perSecond: number): readonly LatencyCase[] {
  const latency = (id: string, says: string, open: (job: Job) => Promise<Open>): LatencyCase => ({
    type: 'latency',
    id: `latency-${perSecond}-${id}`,
    says,
    perSecond,
    async run(job) {
      const { measureLatency } = await import('./latency.ts')
      return measureLatency(perSecond, job.seconds, await open(job))
    },
  })
  const millrace = async (job: Job, guarantee: Guarantee): Promise<Open> => {
    const { openMillrace } = await import('./millrace-way.ts')
    return arrived => openMillrace(job, guarantee, arrived)
  }
  return [
    latency('kafkajs', 'bare kafkajs', async job => {
      const { openKafkajs } = await import('./kafkajs-way.ts')
      return arrived => openKafkajs(job, arrived)
    }),
    latency('at-least-once', 'at least once', job => millrace(job, 'at-least-once')),
    latency('exactly-once', 'exactly once', job => millrace(job, 'exactly-once')),
  ]
}
