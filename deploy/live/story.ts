import { type Logger, logger } from '../../connectors/metrics/logger.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Call } from '../verb.ts'

/** What changes while a verb works on, on stderr: as JSON lines, or as people read them. */
export const storyOf = ({ config }: Call, component: string): Logger => {
  const form = config.isWatched ? 'readable' : 'json'
  return logger({ clock: systemClock, component, form, hasColour: config.hasColour })
}
