import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'

const FIRST_REST_MS = 50
const MAX_REST_MS = 1_000
/** So long one failure after another is borne. */
export const PATIENCE_MS = 300_000

/** How long to rest before the next try. */
export const restMs = (tries: number): number => Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** (tries - 1))

/** Whether the next try may go well: a broker is away, a leader moves. */
export const isTransient = (error: unknown): boolean => {
  const { name, retriable, cause } = error as { name?: unknown; retriable?: unknown; cause?: unknown }
  return name === 'KafkaJSNumberOfRetriesExceeded' ? isTransient(cause) : retriable === true
}

/** Fails  Fault LOG_IO: what cannot be mended by another try, or was not within five minutes. */
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
      if (!isTransient(error) || Date.now() - begun > PATIENCE_MS) throw ioFault(place, error)
      onRetry(`${place}: ${messageOf(error)}`)
      await delay(restMs(tries))
    }
  }
}

export const ioFault = (place: string, cause: unknown): MillraceError =>
  cause instanceof MillraceError ? cause : new MillraceError('LOG_IO', `${place}: ${messageOf(cause)}`, { cause })
