import type { Logger } from '../../connectors/metrics/logger.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Call } from '../verb.ts'

/** What changes while a verb works on, on stderr: as JSON lines, or as people read them. More of it after SIGUSR2. */
export const storyOf = async ({ config }: Call, component: string): Promise<Logger> => {
  const { debugOnSignal, logger } = await import('../../connectors/metrics/logger.ts')
  const form = config.isWatched ? 'readable' : 'json'
  const story = logger({ clock: systemClock, component, form, hasColour: config.hasColour })
  debugOnSignal(story)
  return story
}
