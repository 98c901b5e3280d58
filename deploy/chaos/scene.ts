import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseKafka } from '../../connectors/kafka/config.ts'
import { openKafkaLog } from '../../connectors/kafka/kafka-log.ts'
import { type KafkaProxy, openProxy } from '../../connectors/kafka/testing/proxy.ts'
import type { Block } from '../../engine/log/block.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { intents } from '../../engine/market/topics.ts'
import { readConfig } from '../config.ts'
import { type Kafka, startKafka } from '../services/kafka.ts'
import { temporaryFolder } from '../services/leftovers.ts'
import { freePorts } from '../services/ports.ts'
import { type Crew, openCrew } from './crew.ts'
import { type Feed, openFeed } from './feed.ts'
import { PARAMS } from './outcome.ts'
import type { Random } from './random.ts'
import { openWatcher, type Watcher } from './watcher.ts'

export const PARTITIONS = 8
export const TOPIC = 'market'
/** Of the run, and so of its group, its topics and its transactional ids. */
export const RUN = 'chaos'

/** A broker of our own, a wire to it that fails when it is told to, and what runs on them. */
export interface Scene {
  readonly broker: Kafka
  /** Only the crew is behind it. */
  readonly proxy: KafkaProxy
  readonly crew: Crew
  readonly feed: Feed
  readonly watcher: Watcher
  readonly random: Random
  /** Straight to the broker. */
  readonly log: Log
  readonly args: readonly string[]
  readonly home: string
  /** As long as faults take in the field, and not as a test has time for. */
  readonly isLong: boolean
  close(): Promise<void>
}

export interface SceneOptions {
  readonly market: Iterable<Block>
  readonly rowsPerSecond: number
  readonly random: Random
  readonly isLong: boolean
}

export const openScene = async ({ market, rowsPerSecond, random, isLong }: SceneOptions): Promise<Scene> => {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  mkdirSync(home)
  const { library, java } = readConfig()
  const [port] = await freePorts(1)
  const broker = await startKafka({ folder: join(folder, 'kafka'), port: port!, library, java, isHasty: true })
  const proxy = await openProxy(broker.address)
  const log = await openKafkaLog(parseKafka(`kafka://${broker.address}`))
  const feed = openFeed({ log, topic: TOPIC, partitions: PARTITIONS, market, rowsPerSecond })
  const set = Object.entries(PARAMS).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const args = ['run', 'mean-reversion', '--log', `kafka://${proxy.address}`, '--topic', TOPIC, '--name', RUN, ...set]
  const crew = openCrew({ args, home })
  const watcher = openWatcher(scopedLog(log, RUN), intents.name, PARTITIONS)
  return {
    ...{ broker, proxy, crew, feed, watcher, random, log, args, home, isLong },
    async close() {
      proxy.judge(() => 'pass')
      await crew.dismiss()
      await log.close()
      await proxy.close()
      await broker.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
