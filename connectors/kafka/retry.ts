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
  if (name === 'KafkaJSNumberOfRetriesExceeded') return isTransient(cause)
  return retriable === true || mayPass(error)
}

/** So long a topic that was there may be missing: while brokers come up they know less than they did. */
const MISSING_MS = 5_000

/** Whether a broker says that there is no such topic. */
export const isMissing = (error: unknown): boolean => typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION'

/** Bears one failure after another for a time, which begins with the first of them. */
export interface Patience {
  /**
   * False once it has lasted too long. How long a topic is missing counts from the first of a row of such answers: a
   * broker that was away for long may also know less than it did.
   */
  bears(error: unknown): boolean
}

export const newPatience = (patienceMs: number = PATIENCE_MS): Patience => {
  let since: number | null = null
  let missingSince: number | null = null
  return {
    bears(error) {
      const now = performance.now()
      since ??= now
      missingSince = isMissing(error) ? (missingSince ?? now) : null
      return now - since < patienceMs && now - (missingSince ?? now) < MISSING_MS
    },
  }
}

/** Whether a write that has failed may go well the next time. */
export const mayPass = (error: unknown): boolean => isMissing(error) || isUnclear(error) || isPassing(error)

/** Fails  Faults of `kafkaFault`: what another try cannot mend, or what was not mended in time. */
export const withRetries = async <Answer>(
  ask: () => Promise<Answer>,
  place: string,
  onRetry: (reason: string) => void,
): Promise<Answer> => {
  const patience = newPatience()
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!isTransient(error) || !patience.bears(error)) throw kafkaFault(error, place)
      onRetry(`${place}: ${messageOf(error)}`)
      await delay(restMs(tries))
    }
  }
}
