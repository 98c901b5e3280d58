import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../engine/errors.ts'
import { type Broker, type Client, protocolError } from './client.ts'
import { isPassing, isUnclear, typeOf } from './faults.ts'
import { restMs } from './retry.ts'

/** Who writes, as brokers tell repeats by: the next record has this sequence number. */
export interface Producer {
  readonly id: bigint
  readonly epoch: number
  readonly sequence: number
}

/** Sequence numbers go around at 2^31. */
export const sequenceBehind = ({ id, epoch, sequence }: Producer, records: number): Producer => ({
  id,
  epoch,
  sequence: (sequence + records) % 2 ** 31,
})

/** A transaction that its producer has forgotten is aborted after this time: others cannot read past it until then. */
export const TRANSACTION_MS = 10_000

/** A producer outside of transactions. */
export const newProducer = async (client: Client): Promise<Producer> => {
  const broker = await client.controller()
  return initProducer(broker, null, null)
}

export interface TakeOver {
  readonly id: string
  /** It only works while this one is not fenced off itself. */
  readonly last: Producer | null
  readonly patienceMs: number
  /** Hears what is waited for, as long as that is more than the end of a transaction takes. */
  readonly onRetry?: (reason: string) => void
}

/** An earlier transaction is over in a few milliseconds, or something is wrong. */
const ENDING_MS = 1_000

/**
 * The producer of a transactional id. Every earlier one is fenced off, and its open transaction is aborted.
 *
 * Fails  PRODUCER_FENCED, INVALID_PRODUCER_EPOCH; what is not over in time
 */
export const takeOver = async (client: Client, { id, last, patienceMs, onRetry }: TakeOver): Promise<Producer> => {
  let told = ''
  for (let tries = 1, begun = performance.now(); ; tries++) {
    try {
      return await initProducer(await client.coordinator('transaction', id), id, last)
    } catch (error) {
      const isEnding = typeOf(error) === 'CONCURRENT_TRANSACTIONS'
      const waitedMs = performance.now() - begun
      if ((!isUnclear(error) && !isPassing(error)) || waitedMs > patienceMs) throw error
      if (messageOf(error) !== told && (!isEnding || waitedMs > ENDING_MS)) {
        told = messageOf(error)
        onRetry?.(`transactional id ${id}: ${told}`)
      }
      if (!isEnding) client.forget()
      await delay(isEnding ? Math.min(32, 2 ** tries) : restMs(tries))
    }
  }
}

const NO_PRODUCER = -1n
const PRODUCER_FENCED = 90

/** InitProducerId, version 3: the first that lets a producer go on as itself (KIP-360). kafkajs ends at version 1. */
const initProducer = (broker: Broker, transactionalId: string | null, last: Producer | null): Promise<Producer> => {
  const text = Buffer.from(transactionalId ?? '')
  const body = Buffer.alloc(1 + 2 + text.length + 4 + 8 + 2 + 1)
  let at = 1
  if (transactionalId === null) at = body.writeUInt8(0, at)
  else {
    at = writeCompactLength(body, text.length + 1, at)
    at += text.copy(body, at)
  }
  at = body.writeInt32BE(TRANSACTION_MS, at)
  at = body.writeBigInt64BE(last?.id ?? NO_PRODUCER, at)
  at = body.writeInt16BE(last?.epoch ?? -1, at)
  at = body.writeUInt8(0, at)
  return broker.send({
    name: 'InitProducerId',
    version: 3,
    body: body.subarray(0, at),
    decode(answer) {
      // Tags of the header, throttle time, error, producer.
      const error = answer.readInt16BE(5)
      if (error === PRODUCER_FENCED) throw fencedError()
      if (error !== 0) throw protocolError(error)
      return { id: answer.readBigInt64BE(7), epoch: answer.readInt16BE(15), sequence: 0 }
    },
  })
}

const writeCompactLength = (bytes: Buffer, length: number, at: number): number => {
  if (length < 128) return bytes.writeUInt8(length, at)
  return bytes.writeUInt8(length >> 7, bytes.writeUInt8((length & 127) | 128, at))
}

/** A code that is younger than kafkajs. */
const fencedError = (): Error =>
  Object.assign(new Error('a newer producer with this transactional id exists'), { type: 'PRODUCER_FENCED' })
