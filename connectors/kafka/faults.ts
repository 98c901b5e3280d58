import { type Code, MillraceError, messageOf } from '../../engine/errors.ts'

/** How an error of kafkajs or of the protocol looks. */
interface Foreign {
  readonly name?: string
  /** Of the protocol: 'NOT_LEADER_FOR_PARTITION'. */
  readonly type?: string
  readonly cause?: unknown
}

const away = /^KafkaJS(Connection|ConnectionClosed|RequestTimeout|BrokerNotFound|NoBrokerAvailable|LockTimeout|Timeout)/
const denied = /(AUTHORIZATION|AUTHENTICATION)_FAILED|UNSUPPORTED_SASL_MECHANISM|SASLAuthentication/
const fenced = [
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
]
/** Where the leader or the coordinator is not, or not yet, or not ready, or busy with the transaction before. */
const passing = [
  ...['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_LEADER_EPOCH', 'FENCED_LEADER_EPOCH'],
  ...['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS', 'NOT_CONTROLLER'],
  ...[
    'CONCURRENT_TRANSACTIONS',
    'NOT_ENOUGH_REPLICAS',
    'KAFKA_STORAGE_ERROR',
    'BROKER_NOT_AVAILABLE',
    'REPLICA_NOT_AVAILABLE',
  ],
]
/** What may have happened all the same. */
const unclear = ['REQUEST_TIMED_OUT', 'NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'UNKNOWN']

const tooLarge = 'a message is larger than the topic takes: raise its max.message.bytes'
/** What the broker refuses for good, in words that help. */
const refusals: Readonly<Record<string, readonly [Code, string]>> = {
  ILLEGAL_SASL_STATE: ['KAFKA_DENIED', 'this port takes no login'],
  INVALID_REPLICATION_FACTOR: ['KAFKA_CONFIG', 'the cluster has fewer brokers than replication= asks for'],
  MESSAGE_TOO_LARGE: ['KAFKA_TOPIC', tooLarge],
  RECORD_LIST_TOO_LARGE: ['KAFKA_TOPIC', tooLarge],
  UNKNOWN_TOPIC_OR_PARTITION: ['KAFKA_TOPIC', 'there is no such topic or partition any more'],
}

/** What kafkajs has tried some times is what it was at last. */
const lastOf = (error: unknown): Foreign => {
  const foreign = (error ?? {}) as Foreign
  return foreign.name === 'KafkaJSNumberOfRetriesExceeded' && foreign.cause ? lastOf(foreign.cause) : foreign
}

/** What the protocol calls it; '' for other errors. */
export const typeOf = (error: unknown): string => lastOf(error).type ?? ''

/** Nobody can tell whether the request was carried out: no answer came, or one that leaves it open. */
export const isUnclear = (error: unknown): boolean => isAway(error) || unclear.includes(typeOf(error))

/** It was not carried out, and may be the next time, perhaps by another broker. */
export const isPassing = (error: unknown): boolean => passing.includes(typeOf(error))

/** A newer producer of the transactional id exists. */
export const isFenced = (error: unknown): boolean =>
  fenced.includes(typeOf(error)) || (error as MillraceError | null)?.code === 'LOG_FENCED'

const isAway = (error: unknown): boolean => away.test(lastOf(error).name ?? '')

/** An error of kafkajs or of the protocol as one of ours; `place` says where it was met. */
export const kafkaFault = (error: unknown, place: string): MillraceError => {
  if (error instanceof MillraceError) return error
  const { name = '', type = '' } = lastOf(error)
  const message = `${place}: ${messageOf(error)}`
  if (isFenced(error)) return new MillraceError('LOG_FENCED', message, { cause: error })
  if (denied.test(type) || denied.test(name)) return new MillraceError('KAFKA_DENIED', message, { cause: error })
  const refusal = refusals[type]
  if (refusal !== undefined) return new MillraceError(refusal[0], `${place}: ${refusal[1]}`, { cause: error })
  if (name === 'KafkaJSServerDoesNotSupportApiKey' || type === 'UNSUPPORTED_VERSION')
    return new MillraceError('KAFKA_VERSION', message, { cause: error })
  if (isUnclear(error) || isPassing(error))
    return new MillraceError('KAFKA_AWAY', message, { cause: error, retryAfterMs: 1000 })
  return new MillraceError('LOG_IO', message, { cause: error })
}
