import { type KafkaConfig, parseKafka } from '../connectors/kafka/config.ts'
import { MillraceError } from '../engine/errors.ts'
import type { Log } from '../engine/log/port.ts'
import type { Config } from './config.ts'
import type { Flag } from './verb.ts'

export const logFlag: Flag = {
  type: 'text',
  value: 'URL',
  help: 'the log that holds the topic: kafka://host:port/prefix, questdb://host; default: in the home folder',
}

export const isAddress = (text: string | undefined): boolean => text?.includes('://') === true

/** Opens the log of an address; each system is loaded when asked for. Fails: usage CLI_FLAG; as the system does. */
export const openLog = async (config: Config, address: string): Promise<Log> => {
  const [scheme] = address.split('://', 1)
  if (scheme === 'kafka') {
    const { openKafkaLog } = await import('../connectors/kafka/kafka-log.ts')
    return openKafkaLog(kafkaOf(config, address))
  }
  if (scheme === 'questdb') {
    const { openQuestdbLog } = await import('../connectors/questdb/questdb-log.ts')
    return openQuestdbLog(address, { password: config.secrets.questdb })
  }
  throw new MillraceError('CLI_FLAG', `--log is kafka://host:port or questdb://host:port, found '${address}'`)
}

/** The cluster of an address, with the password that the environment tells. Fails: usage KAFKA_CONFIG. */
export const kafkaOf = ({ secrets }: Config, address: string): KafkaConfig =>
  parseKafka(address, { password: secrets.kafka })

/** The address as it may be written down: without the password. */
export const withoutSecrets = (address: string): string => address.replace(/(:\/\/[^/@:]*):([^?]*|[^/@]*)@/, '$1@')
