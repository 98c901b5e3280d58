import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../engine/errors.ts'
import { isPassing, isUnclear, kafkaFault, typeOf } from './faults.ts'

const FIRST_REST_MS = 50
const MAX_REST_MS = 1_000
/** So long one failure after another is borne. */
export const PATIENCE_MS = 300_000

/** How long to rest before the next try. */
export const restMs = (tries: number): number => Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** (tries - 1))

/** Whether the next try may go well: a broker is away, a leader moves. Reading may be repeated as one likes. */
export const isTransient = (error: unknown): boolean => {
  const { name, retriable, cause } = error as { name?: unknown; retriable?: unknown; cause?: unknown }
  return name === 'KafkaJSNumberOfRetriesExceeded' ? isTransient(cause) : retriable === true
}

/** So long a topic that was there may be missing: while brokers come up they know less than they did. */
export const MISSING_MS = 5_000

const patienceMs = (error: unknown): number =>
  typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ? MISSING_MS : PATIENCE_MS

/** Whether a write that has failed for so long may go well the next time. */
export const mayPass = (error: unknown, ms: number, patienceMs: number): boolean =>
  typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION'
    ? ms < Math.min(MISSING_MS, patienceMs)
    : ms < patienceMs && (isUnclear(error) || isPassing(error))

/** Fails  Faults of `kafkaFault`: what another try cannot mend, or what was not mended in time. */
export const withRetries = async <Answer>(
  ask: () => Promise<Answer>,
  place: string,
  onRetry: (reason: string) => void,
): Promise<Answer> => {
  const begun = Date.now()
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!isTransient(error) || Date.now() - begun > patienceMs(error)) throw kafkaFault(error, place)
      onRetry(`${place}: ${messageOf(error)}`)
      await delay(restMs(tries))
    }
  }
}
