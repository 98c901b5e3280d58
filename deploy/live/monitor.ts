import { type Check, runCheck, sinkCheck } from '../../connectors/http/checks.ts'
import type { KafkaConfig } from '../../connectors/kafka/config.ts'
import type { GroupWatch } from '../../connectors/kafka/lag.ts'
import type { Currency } from '../../engine/market/cash.ts'
import type { RunObservation, SinkObservation } from '../../engine/run/observe.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Call, Flag } from '../verb.ts'
import { versions } from '../versions.ts'

export const healthFlags: Readonly<Record<string, Flag>> = {
  health: {
    type: 'text',
    value: 'PORT',
    help: 'serve /health and /metrics here; 9464 is the custom',
    setting: 'health',
  },
  'health-host': {
    type: 'text',
    value: 'HOST',
    help: 'the address to serve them on; default 127.0.0.1',
    setting: 'healthHost',
  },
}

/** What Prometheus scrapes and orchestrators probe. What shows something gives back what ends that. */
export interface Monitor {
  /** What must work, beside tasks and sinks, before the process is ready. */
  watchCheck(check: Check): () => void
  /** A task of a run, whose lag its consumer group tells. */
  watch(task: string, observe: () => Promise<RunObservation>, currency: Currency): () => void
  /**
   * A consumer group on all partitions of a topic, whichever process works on them, and once however often it is asked
   * for. Names as the cluster has them.
   */
  watchGroup(kafka: KafkaConfig, group: string, topic: string): Promise<void>
  /** A sink, and what its log answers while it is there. */
  watchSink(observe: () => SinkObservation, ask: () => Promise<unknown>): () => void
  close(): Promise<void>
}

/** Without a port nothing is served. Fails: usage HTTP_LISTEN. */
export const openMonitor = async (call: Call): Promise<Monitor> => {
  const [port, host] = [call.whole('health', 0), call.text('health-host') ?? '127.0.0.1']
  if (port === undefined) return blind
  const { metrics } = await import('../../connectors/metrics/metrics.ts')
  const { healthServer } = await import('../../connectors/http/health.ts')
  const shown = metrics({ clock: systemClock, version: versions().millrace! })
  const server = await healthServer({ clock: systemClock, metrics: shown, host, port })
  const known = new Set<string>()
  let groups: Promise<GroupWatch> | null = null
  return {
    watchCheck: server.watch,
    watch: (task, observe, currency) =>
      all(shown.watchRun({ observe, currency, isGrouped: true }), server.watch(runCheck(task, observe))),
    async watchGroup(kafka, group, topic) {
      const key = `${group} ${topic}`
      if (known.has(key)) return
      known.add(key)
      const { openGroupWatch } = await import('../../connectors/kafka/lag.ts')
      groups ??= openGroupWatch(kafka)
      const { observe } = await groups
      shown.watchGroup(observe(group, [topic]))
    },
    watchSink(observe, ask) {
      const { name, reason } = sinkCheck(observe)
      const lack = async (): Promise<string | null> => (await reason()) ?? ask().then(() => null)
      return all(shown.watchSink(observe), server.watch({ name, reason: lack }))
    },
    async close() {
      await server.close()
      await (await groups)?.close()
    },
  }
}

const nothing = (): void => undefined

const blind: Monitor = {
  watchCheck: () => nothing,
  watch: () => nothing,
  watchGroup: async () => undefined,
  watchSink: () => nothing,
  close: async () => undefined,
}

const all =
  (...ends: readonly (() => void)[]): (() => void) =>
  () => {
    for (const end of ends) end()
  }
