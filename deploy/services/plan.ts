import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import type { Wanted } from './ports.ts'
import { portOf } from './readiness.ts'
import type { ServiceName, ServiceRecord } from './record.ts'

/** Ports by their flag: whose, which of its addresses, and what is usual. */
export const portFlags = {
  'kafka-port': { service: 'Kafka', address: 'broker', usual: 9092 },
  'questdb-port': { service: 'QuestDB', address: 'http', usual: 9000 },
  'pg-port': { service: 'QuestDB', address: 'pg', usual: 8812 },
  'health-port': { service: 'QuestDB', address: 'health', usual: 9003 },
  'ilp-port': { service: 'QuestDB', address: 'ilp', usual: 9009 },
  'prometheus-port': { service: 'Prometheus', address: 'web', usual: 9090 },
} as const

export type PortFlag = keyof typeof portFlags

/** The servers of `npm run up`: which, where, and with what. */
export interface Plan {
  /** Holds a folder for each server. */
  readonly folder: string
  readonly library: string
  readonly java: string
  /** Kafka and QuestDB in containers. Prometheus never: it has to see what listens on loopback. */
  readonly inDocker: boolean
  readonly hasPrometheus: boolean
  /** Those that were asked for; the others are the usual ones. */
  readonly ports: Partial<Readonly<Record<PortFlag, number>>>
}

export const folderOf = (folder: string, name: ServiceName): string => join(folder, name.toLowerCase())

/** The port that a flag gives, or the usual one. */
export const portFor = ({ ports }: Plan, flag: PortFlag): number => ports[flag] ?? portFlags[flag].usual

export const portsOf = (plan: Plan, name: ServiceName): Wanted[] =>
  flagsOf(name).map(flag => ({ name, flag, port: portFor(plan, flag) }))

/** A server that runs keeps its ports. Fails: usage SERVICE_PORT. */
export const checkAsked = ({ ports }: Plan, { name, addresses }: ServiceRecord): void => {
  for (const flag of flagsOf(name)) {
    const [asked, has] = [ports[flag], portOf(addresses[portFlags[flag].address]!)]
    if (asked === undefined || asked === has) continue
    const found = `${name} runs already, with port ${has} where --${flag} asks for ${asked}`
    throw new MillraceError('SERVICE_PORT', `${found}; end it first: npm run down`)
  }
}

const flagsOf = (service: ServiceName): PortFlag[] =>
  (Object.keys(portFlags) as PortFlag[]).filter(flag => portFlags[flag].service === service)
