import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { makeFolder } from '../files.ts'
import { fetchJars } from './jars.ts'
import { javaVersion } from './java.ts'
import { freePorts } from './ports.ts'
import { complaintOf, runProgram } from './program.ts'
import { type Program, type Service, type Start, startService } from './service.ts'
import { fillIn } from './template.ts'

export interface Kafka extends Service {
  /** '127.0.0.1:9092'. */
  readonly address: string
}

export interface KafkaOptions extends Start {
  /** Data, configuration and log; what an earlier broker left there is taken up. */
  readonly folder: string
  readonly port: number
  /** Where the jars are, or are fetched to. */
  readonly library: string
  readonly java?: string
  /** A killed one is back after 8 s instead of 16, but a machine that is overloaded may lose a living one. */
  readonly isHasty?: boolean
  /** Settings of the broker, beside ours or in their place: 'log.cleaner.backoff.ms'. */
  readonly settings?: Readonly<Record<string, string | number>>
}

const FLAGS = [
  ...['-Xms128m', '-Xmx384m', '-XX:MaxDirectMemorySize=128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
]

/** One node, broker and controller in one, on loopback. It is ready when groups and transactions can begin. */
export const startKafka = async (options: KafkaOptions): Promise<Kafka> => {
  const { folder, port, library, java = 'java', isHasty = false, settings = {} } = options
  const [jars, major, [controllerPort]] = await Promise.all([
    fetchJars(library, options.waits),
    javaVersion(java),
    freePorts(1),
  ])
  const [data, properties] = [join(folder, 'data'), join(folder, 'server.properties')]
  makeFolder(folder)
  const session = isHasty ? { heartbeatMs: 500, sessionMs: 2_000 } : { heartbeatMs: 2_000, sessionMs: 9_000 }
  const ports = { port, controllerPort: controllerPort! }
  fillIn('server.properties', properties, { ...ports, data, ...session }, settings)
  const args = [...flagsOf(major), '-cp', join(jars.kafka, '*')]
  if (!existsSync(join(data, 'meta.properties'))) await format(java, args, properties)
  const address = `127.0.0.1:${port}`
  const program: Program = {
    name: 'Kafka',
    version: jars.kafkaVersion,
    folder,
    addresses: { broker: address },
    command: java,
    args: [...args, 'kafka.Kafka', properties],
  }
  return Object.assign(await startService(program, options), { address })
}

const flagsOf = (major: number): string[] => (major < 24 ? FLAGS : [...FLAGS, '--sun-misc-unsafe-memory-access=allow'])

/** Once per folder: it gives the cluster its id, which it then keeps. */
const format = async (java: string, args: readonly string[], properties: string): Promise<void> => {
  const tool = ['kafka.tools.StorageTool', 'format', '--standalone', '-g', '-c', properties, '-t', clusterId()]
  try {
    await runProgram(java, [...args, ...tool])
  } catch (cause) {
    const found = `Kafka cannot prepare its folder: ${complaintOf(cause)} (${properties})`
    throw new MillraceError('SERVICE_START', found, { cause })
  }
}

/** 16 bytes in base64; one that begins with a dash would be taken for a flag. */
const clusterId = (): string => {
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  return id.startsWith('-') ? clusterId() : id
}
