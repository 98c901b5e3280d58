import { dockerAnswers } from '../services/container.ts'
import { hasJars, jarsIn } from '../services/jars.ts'
import { type Plan, type PortFlag, portFlags } from '../services/plan.ts'
import type { State } from '../services/running.ts'
import { bringUp, statesIn } from '../services/stack.ts'
import { type Call, type Flag, flagJson, type Verb } from '../verb.ts'
import { listed, tableOf } from './status.ts'

export const up: Verb = {
  usage: 'up [options]',
  words: 0,
  flags: {
    prometheus: { type: 'switch', help: 'Prometheus too' },
    java: { type: 'switch', help: 'with the Java of this machine, even where Docker answers' },
    ...portOptions(),
    json: flagJson,
  },
  examples: ['up', 'up --prometheus', 'up --kafka-port 19092 --questdb-port 19000'],
  async run(call) {
    const plan = await planOf(call)
    if (!plan.inDocker && !hasJars(jarsIn(plan.library))) {
      call.terminal.say(`fetching Kafka and QuestDB once, 75 MB by Maven, into ${plan.library}`)
    }
    const started = await bringUp(plan, { signal: call.signal, waits: waiting(call) })
    const services = await statesIn(plan.folder)
    call.answer({ folder: plan.folder, started, services }, () => told(call, started, services))
    return 0
  },
}

function portOptions(): Record<PortFlag, Flag> {
  const flags = Object.entries(portFlags).map(([flag, { service, address, usual }]) => {
    const help = `where ${service} listens${service === 'QuestDB' ? ` for ${address}` : ''}: ${usual} unless given`
    return [flag, { type: 'text', value: 'PORT', help }] as const
  })
  return Object.fromEntries(flags) as Record<PortFlag, Flag>
}

const planOf = async ({ config, has, whole }: Call): Promise<Plan> => {
  const { services: folder, library, java } = config
  const given = (Object.keys(portFlags) as PortFlag[]).flatMap(flag => {
    const port = whole(flag, 1)
    return port === undefined ? [] : [[flag, port] as const]
  })
  const inDocker = !has('java') && (await dockerAnswers())
  return { folder, library, java, inDocker, hasPrometheus: has('prometheus'), ports: Object.fromEntries(given) }
}

/** A start takes some seconds: the bar fills within the time that a cold one takes. */
const USUAL_MS = 8_000

const waiting = ({ terminal }: Call): ((what: string) => void) => {
  const since = performance.now()
  return what => terminal.progress((performance.now() - since) / USUAL_MS, () => [`waiting for ${what}`])
}

const told = (call: Call, started: readonly string[], services: readonly State[]): string => {
  const broker = services.find(({ service }) => service === 'Kafka')?.addresses.broker
  const news = started.length === 0 ? 'all of it runs already' : `started ${listed(started)}`
  const next = `npm run -s millrace -- run mean-reversion --log kafka://${broker} --from-file FILE`
  return [news, '', tableOf(call, services), '', `next:  ${next}`, 'end:   npm run down'].join('\n')
}
