import { join } from 'node:path'
import { makeFolder } from '../files.ts'
import { type Contained, startContainer } from './container.ts'
import { jarsIn } from './jars.ts'
import { startKafka } from './kafka.ts'
import { folderOf, type Plan, portFor } from './plan.ts'
import { startPrometheus } from './prometheus.ts'
import { recorded, startQuestDb } from './questdb.ts'
import type { Waiting } from './readiness.ts'
import type { ServiceName } from './record.ts'
import { fillIn } from './template.ts'

/** One server of a plan. */
export interface Member {
  readonly name: ServiceName
  readonly folder: string
  start(waiting: Waiting): Promise<unknown>
}

/** What a plan asks for; each outlives the process that starts it. */
export const membersOf = (plan: Plan): Member[] => [
  kafkaOf(plan),
  questdbOf(plan),
  ...(plan.hasPrometheus ? [prometheusOf(plan)] : []),
]

const kafkaOf = (plan: Plan): Member => {
  const { library, java, inDocker } = plan
  const name = 'Kafka'
  const folder = folderOf(plan.folder, name)
  const port = portFor(plan, 'kafka-port')
  const addresses = { broker: `127.0.0.1:${port}` }
  const contained: Contained = { name, version: jarsIn(library).kafkaVersion, folder, addresses }
  return {
    name,
    folder,
    start: waiting =>
      inDocker
        ? startContainer(contained, waiting)
        : startKafka({ ...waiting, isKept: true, folder, port, library, java }),
  }
}

const questdbOf = (plan: Plan): Member => {
  const { library, java, inDocker } = plan
  const name = 'QuestDB'
  const folder = folderOf(plan.folder, name)
  const ports = {
    http: portFor(plan, 'questdb-port'),
    pg: portFor(plan, 'pg-port'),
    health: portFor(plan, 'health-port'),
    ilp: portFor(plan, 'ilp-port'),
  }
  const contained: Contained = { name, version: jarsIn(library).questdbVersion, folder, addresses: recorded(ports) }
  return {
    name,
    folder,
    start: waiting =>
      inDocker
        ? startContainer(contained, waiting)
        : startQuestDb({ ...waiting, isKept: true, folder, ports, library, java }),
  }
}

/** Where the engine shows its figures unless told otherwise. */
const ENGINE = '127.0.0.1:9464'
const RULES = join(import.meta.dirname, '..', 'prometheus', '*.rules.yml')

const prometheusOf = (plan: Plan): Member => {
  const name = 'Prometheus'
  const folder = folderOf(plan.folder, name)
  const configFile = join(folder, 'prometheus.yml')
  return {
    name,
    folder,
    start(waiting) {
      makeFolder(folder)
      fillIn('prometheus.yml', configFile, {
        rules: RULES,
        engine: ENGINE,
        questdb: `127.0.0.1:${portFor(plan, 'health-port')}`,
      })
      const port = portFor(plan, 'prometheus-port')
      return startPrometheus({ ...waiting, isKept: true, folder, port, configFile, library: plan.library })
    },
  }
}
