import { runCheck } from '../../connectors/http/checks.ts'
import { healthServer } from '../../connectors/http/health.ts'
import { metrics } from '../../connectors/metrics/metrics.ts'
import type { Currency } from '../../engine/market/cash.ts'
import type { RunObservation } from '../../engine/run/observe.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Flag } from '../verb.ts'
import { versions } from '../versions.ts'

export const healthFlags: Readonly<Record<string, Flag>> = {
  health: { type: 'text', value: 'PORT', help: 'serve /health and /metrics here; 9464 is the custom' },
  'health-host': { type: 'text', value: 'HOST', help: 'the address to serve them on; default 127.0.0.1' },
}

/** What Prometheus scrapes and orchestrators probe, while a run goes on. */
export interface Monitor {
  /** Shows a task from now on; gives back what ends that. */
  watch(task: string, observe: () => Promise<RunObservation>, currency: Currency): () => void
  close(): Promise<void>
}

/** Without a port nothing is served. Fails: usage HTTP_LISTEN. */
export const openMonitor = async (port: number | undefined, host = '127.0.0.1'): Promise<Monitor> => {
  if (port === undefined) return { watch: () => () => undefined, close: async () => undefined }
  const shown = metrics({ clock: systemClock, version: versions().millrace! })
  const server = await healthServer({ clock: systemClock, metrics: shown, host, port })
  return {
    watch(task, observe, currency) {
      const ends = [shown.watchRun({ observe, currency }), server.watch(runCheck(task, observe))]
      return () => {
        for (const end of ends) end()
      }
    },
    close: () => server.close(),
  }
}
