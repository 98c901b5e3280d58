import { createHash } from 'node:crypto'
import { type KafkaConfig, nameInCluster } from '../../connectors/kafka/config.ts'
import { type Decoder, parseDecoder } from '../../connectors/kafka/foreign/decoder.ts'
import { type SchemaOf, schemaRegistry } from '../../connectors/kafka/foreign/registry.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { LogSource } from '../../engine/log/port.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import type { Plan } from '../manifest.ts'
import { accountOf } from '../plan.ts'
import type { Call, Flag } from '../verb.ts'

export const foreignFlags: Readonly<Record<string, Flag>> = {
  decode: {
    type: 'text',
    value: 'HOW',
    help: "the topic is somebody else's, a message for each tick: json:at=ts,key=symbol,bid=b,ask=a,unit=ms",
  },
  registry: { type: 'text', value: 'URL', help: 'the schema registry of an Avro topic' },
}

/** A topic that somebody else writes, and how its messages become rows. */
export interface Foreign {
  readonly decoder: Decoder
  readonly schemaOf: SchemaOf | undefined
}

/** What the flags say of a foreign topic; null when it is one of ours. Fails: usage KAFKA_DECODER, CLI_FLAG. */
export const foreignOf = (call: Call): Foreign | null => {
  const how = call.text('decode')
  if (how === undefined) return null
  const names = call.text('instrument')?.split(',') ?? []
  if (names.length === 0) {
    const sentence = '--decode needs the instruments that may come, for their tick sizes'
    throw new MillraceError('CLI_FLAG', `${sentence}; expected: --instrument EURUSD,XAUUSD`)
  }
  const instruments = names.map(name => instrumentFor(name, call.text('tick')))
  const registry = call.text('registry')
  return {
    decoder: { ...parseDecoder(how), instruments },
    schemaOf: registry === undefined ? undefined : schemaRegistry({ url: registry }),
  }
}

/** What is known of such a topic before it is read. */
export const foreignPlan = (call: Call, { decoder }: Foreign): Pick<Plan, 'tape' | 'currency'> => {
  const topic = call.text('topic')
  if (topic === undefined) throw new MillraceError('CLI_FLAG', 'no topic is named; expected: --decode HOW --topic T')
  const source = call.text('decode')!
  const print = createHash('sha256').update(JSON.stringify(decoder)).digest('hex')
  const tape = { topic, state: 'foreign', source, print, rows: 0, digest: '', counts: {} } as const
  return { tape, currency: accountOf(call, decoder.instruments!) }
}

/** Such a topic as a mailbox, and what closes it. */
export interface ForeignMailbox {
  readonly source: LogSource
  close(): Promise<void>
}

export const openForeign = async (kafka: KafkaConfig, topic: string, foreign: Foreign): Promise<ForeignMailbox> => {
  const [{ openClient }, { openReader }, { foreignLog }] = await Promise.all([
    import('../../connectors/kafka/client.ts'),
    import('../../connectors/kafka/reader.ts'),
    import('../../connectors/kafka/foreign/foreign-log.ts'),
  ])
  const { decoder, schemaOf } = foreign
  const named = (name: string): string => nameInCluster(kafka, name)
  const client = await openClient(kafka)
  const reader = await openReader({ client, rack: kafka.rack })
  const log = foreignLog({ reader, decoders: { [named(topic)]: decoder }, ...(schemaOf ? { schemaOf } : {}) })
  return {
    source: {
      read: (name, partition, from, options) => log.read(named(name), partition, from, options),
      end: (name, partition) => log.end(named(name), partition),
      arrival: (name, partition, offset, signal) => log.arrival(named(name), partition, offset, signal),
    },
    async close() {
      await reader.close()
      await client.close()
    },
  }
}
