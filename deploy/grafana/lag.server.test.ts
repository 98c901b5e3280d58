import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { healthServer } from '../../connectors/http/health.ts'
import { openClient } from '../../connectors/kafka/client.ts'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { joinGroup, type Membership } from '../../connectors/kafka/group.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { groupLag } from '../../connectors/kafka/lag.ts'
import { openReader } from '../../connectors/kafka/reader.ts'
import { writeBatch } from '../../connectors/kafka/testing/raw.ts'
import { metrics } from '../../connectors/metrics/metrics.ts'
import { paperVenue } from '../../connectors/paper/venue.ts'
import { sampleMarket } from '../../connectors/sample/sample.ts'
import type { Block } from '../../engine/log/block.ts'
import { blockOf, sliceBlock } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { parseMoney } from '../../engine/market/cash.ts'
import { instruments } from '../../engine/market/topics.ts'
import { runStrategy } from '../../engine/run/run-strategy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { ask, type Servers, type Target } from './ask.ts'
import type { Shown } from './macros.ts'
import { prometheusFor, USD, until } from './testing/plant.ts'

/** Prometheus scrapes every second. */
const TWO_SCRAPES_MS = 2_200
const PIECE_MS = 10
const PIECE_ROWS = 200

const dashboard = JSON.parse(
  readFileSync(join(import.meta.dirname, 'dashboards/millrace-lag.json'), 'utf8'),
) as Dashboard
const { targets } = (dashboard.panels as readonly Panel[]).find(
  ({ type, title }) => type === 'table' && title === 'Partitions',
)!

describe('the lag on the dashboard is the broker’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-lag-'))
  const told = metrics({ clock: systemClock, version: '0.0.0', process: false })
  const broker = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).admin()
  const closing: (() => Promise<unknown>)[] = [() => broker.disconnect()]
  let servers: Servers

  beforeAll(async () => {
    await broker.connect()
    const health = await healthServer({ clock: systemClock, metrics: told, port: 0 })
    const { http: questdb, health: engine } = inject('questdb')
    const prometheus = await prometheusFor(folder, { engine: health.url, questdb: engine })
    closing.push(
      () => health.close(),
      () => prometheus.stop(),
    )
    servers = { prometheus: prometheus.address, questdb }
    const up = { expr: 'up{job="millrace"}', legendFormat: 'up', instant: true } as unknown as Target
    await until('the first scrape', async () => (await ask(servers, up, NOTHING_CHOSEN))[0]?.value === 1)
  })

  afterAll(async () => {
    for (const close of closing.toReversed()) await close()
    rmSync(folder, { recursive: true })
  })

  /** A market of two partitions, and what brings it there piece by piece. */
  const marketOn = async (count: number): Promise<Market> => {
    const name = `lag-${randomUUID()}`
    const topic = `${name}-quotes`
    const log = await openKafkaLog(parseKafka(`kafka://${inject('kafka')}`))
    closing.push(() => log.close())
    let next = 0
    const feed = async (pieces: readonly Block[]): Promise<void> => {
      for (const piece of pieces) {
        await log.append(topic, next++ % 2, [piece])
        await sleep(PIECE_MS)
      }
    }
    return { name, topic, log, pieces: piecesOf(count), feed }
  }

  const start = ({ log, name, topic }: Market, partition: number, signal?: AbortSignal) => {
    const stop = new AbortController()
    const startBalance = parseMoney('100000', USD).amount
    let unwatch = (): void => undefined
    const ended = runStrategy(
      {
        ...{ name, strategy: meanReversion, clock: systemClock, startBalance, follow: true },
        log: scopedLog(log, name),
        tape: { log, topic, partition },
        venue: () => paperVenue({ latencyUs: 1000, startBalance, currency: USD }),
        observe: observe => {
          unwatch = told.watchRun({ observe, currency: USD })
        },
      },
      signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    )
    closing.push(async () => {
      stop.abort()
      await ended
    })
    return { ended, stop: () => stop.abort(), unwatch: () => unwatch() }
  }

  /** Lag by partition, as the broker has it and as the panel shows it. */
  const brokers = async (groupId: string, topic: string): Promise<Lags> => {
    const [ends, [committed]] = await Promise.all([
      broker.fetchTopicOffsets(topic),
      broker.fetchOffsets({ groupId, topics: [topic] }),
    ])
    const known = committed!.partitions.filter(({ offset }) => Number(offset) >= 0)
    return lagsOf(known.map(({ partition, offset }) => [`${partition}`, endOf(ends, partition) - Number(offset)]))
  }
  const dashboards = async (group: string, topic: string): Promise<Lags> => {
    const shown = { ...NOTHING_CHOSEN, chosen: { consumergroup: [group], topic: [topic] } }
    const answers = await ask(servers, targets![0] as unknown as Target, shown)
    return lagsOf(answers.map(({ row, value }) => [row.partition as string, value]))
  }
  /** Once the broker has so much lag of both partitions: that of each, as both say when it was scraped. */
  const agree = async (group: string, topic: string, sum: number): Promise<Lags> => {
    let lags: Lags = new Map()
    const asked = async () => {
      lags = await brokers(group, topic)
      return [lags.size, sumOf(lags)]
    }
    await expect.poll(asked).toEqual([2, sum])
    await sleep(TWO_SCRAPES_MS)
    await expect.poll(() => dashboards(group, topic)).toEqual(lags)
    return lags
  }

  it('while it reads, and when it has stopped', async () => {
    const market = await marketOn(40)
    const { name, topic, pieces, feed } = market
    await feed(pieces.slice(0, 10))
    const runs = [0, 1].map(partition => start(market, partition))
    await feed(pieces.slice(10, 25))
    expect([...(await agree(name, topic, 0))]).toEqual([
      ['0', 0],
      ['1', 0],
    ])

    for (const run of runs) run.stop()
    await Promise.all(runs.map(({ ended }) => ended))
    await feed(pieces.slice(25))
    await agree(name, topic, 15)
  })

  it('while members come and go', async () => {
    const market = await marketOn(50)
    const { name, topic, pieces, feed } = market
    await feed(pieces.slice(0, 10))
    const member = async (): Promise<Membership> => {
      const client = await openClient(parseKafka(`kafka://${inject('kafka')}`))
      closing.push(() => client.close())
      const work = async (partition: number, signal: AbortSignal): Promise<void> => {
        const run = start(market, partition, signal)
        await run.ended
        run.unwatch()
      }
      const joined = await joinGroup({ client, group: name, topics: [topic], work })
      closing.push(() => joined.leave())
      return joined
    }
    const held = ({ state }: Membership): number => state().partitions.size

    const first = await member()
    await feed(pieces.slice(10, 20))
    expect(held(first)).toBe(2)
    await agree(name, topic, 0)

    const second = await member()
    await expect.poll(() => [held(first), held(second)], { timeout: 60_000 }).toEqual([1, 1])
    await feed(pieces.slice(20, 35))
    await agree(name, topic, 0)

    await second.leave()
    await expect.poll(() => held(first), { timeout: 60_000 }).toBe(2)
    await feed(pieces.slice(35))
    expect([...(await agree(name, topic, 0)).keys()]).toEqual(['0', '1'])
  })

  it('of a group that nobody runs any more, on a compacted topic', async () => {
    const topic = `lag-${randomUUID()}`
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
    await broker.createTopics({ topics: [{ topic, numPartitions: 2, configEntries }], waitForLeaders: true })
    const client = await openClient(parseKafka(`kafka://${inject('kafka')}`))
    const reader = await openReader({ client, fetchBytes: 1 })
    const write = async (partition: number, count: number): Promise<void> => {
      const records = Array.from({ length: count }, (_, i) => ({
        key: Buffer.of(i % 3),
        value: Buffer.of(1),
        timestamp: i * 1_000,
      }))
      await writeBatch(client, topic, partition, { records })
    }
    await write(0, 12)
    await write(1, 5)
    const partitions = [0, 1].map(partition => ({ partition, offset: '3' }))
    await broker.setOffsets({ groupId: topic, topic, partitions })
    const unwatch = told.watchGroup(() => groupLag(topic, { client, reader }))
    closing.push(
      () => client.close(),
      () => reader.close(),
      async () => unwatch(),
    )
    expect([...(await agree(topic, topic, 11))]).toEqual([
      ['0', 9],
      ['1', 2],
    ])
    await write(1, 4)
    expect([...(await agree(topic, topic, 15))]).toEqual([
      ['0', 9],
      ['1', 6],
    ])
  })
})

const NOTHING_CHOSEN: Shown = { from: 0, to: 0, intervalS: 5, rateIntervalS: 5, chosen: {} }

interface Market {
  readonly name: string
  readonly topic: string
  readonly log: Log
  readonly pieces: readonly Block[]
  readonly feed: (pieces: readonly Block[]) => Promise<void>
}

type Lags = ReadonlyMap<string, number>

const sumOf = (lags: Lags): number => [...lags.values()].reduce((sum, lag) => sum + lag, 0)

const lagsOf = (entries: readonly (readonly [string, number])[]): Lags => new Map(entries.toSorted())

const endOf = (ends: readonly { readonly partition: number; readonly offset: string }[], partition: number): number =>
  Number(ends.find(end => end.partition === partition)!.offset)

/** The definition, then quotes: as many records. */
const piecesOf = (count: number): readonly Block[] => {
  const market = sampleMarket({ rows: count * PIECE_ROWS })
  const definitions = market.instruments.map(one => ({ ...one, key: one.id }))
  const quotes = [...market.blocks()].flatMap(block =>
    Array.from({ length: Math.ceil(block.count / PIECE_ROWS) }, (_, i) =>
      sliceBlock(block, i * PIECE_ROWS, Math.min(block.count, (i + 1) * PIECE_ROWS)),
    ),
  )
  return [blockOf(instruments.schema, definitions as never), ...quotes].slice(0, count)
}
