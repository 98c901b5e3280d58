import { expect, it } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import { protocolError } from './client.ts'
import { isFenced, isPassing, isUnclear, kafkaFault } from './faults.ts'

/** An error as kafkajs throws it. */
const thrown = (name: string, more: object = {}): Error => Object.assign(new Error('it failed'), { name, ...more })

it.each([
  ['KAFKA_AWAY', thrown('KafkaJSConnectionError')],
  ['KAFKA_AWAY', thrown('KafkaJSConnectionClosedError')],
  ['KAFKA_AWAY', thrown('KafkaJSRequestTimeoutError')],
  ['KAFKA_AWAY', thrown('KafkaJSNumberOfRetriesExceeded', { cause: thrown('KafkaJSConnectionError') })],
  ['KAFKA_AWAY', thrown('KafkaJSNumberOfRetriesExceeded', { cause: protocolError(5) })],
  ['KAFKA_AWAY', protocolError(6)],
  ['KAFKA_DENIED', thrown('KafkaJSSASLAuthenticationError')],
  ['KAFKA_DENIED', protocolError(29)],
  ['KAFKA_VERSION', thrown('KafkaJSServerDoesNotSupportApiKey')],
  ['KAFKA_VERSION', protocolError(35)],
  ['LOG_FENCED', protocolError(47)],
  ['KAFKA_DENIED', protocolError(34)],
  ['KAFKA_CONFIG', protocolError(38)],
  ['KAFKA_TOPIC', protocolError(3)],
  ['KAFKA_TOPIC', protocolError(10)],
  ['LOG_IO', protocolError(42)],
])('%s: %s', (code, error) => {
  const fault = kafkaFault(error, 'topic eurusd')
  expect(fault).toMatchObject({ code, cause: error, message: expect.stringMatching(/^topic eurusd: /) })
  expect(fault.retryAfterMs).toBe(code === 'KAFKA_AWAY' ? 1000 : null)
})

it('leaves what is ours as it is', () => {
  const error = new MillraceError('LOG_CLOSED', 'closed')
  expect(kafkaFault(error, 'x')).toBe(error)
})

it('tells what may have happened from what has not', () => {
  expect([isUnclear(protocolError(7)), isPassing(protocolError(7))]).toEqual([true, false])
  expect([isUnclear(protocolError(6)), isPassing(protocolError(6))]).toEqual([false, true])
  expect([isFenced(protocolError(47)), isFenced(protocolError(6))]).toEqual([true, false])
})
