import { readFileSync } from 'node:fs'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { ClientOptions } from './client.ts'

/** Where a cluster is, who we are there, and how we write. */
export interface KafkaConfig extends ClientOptions {
  /** Stands in front of every topic, task and group, so that those who share a cluster do not touch. May be empty. */
  readonly prefix: string
  /** Where this process stands, for reading from a replica nearby; empty: not told. */
  readonly rack: string
  /** Copies of each topic that is created, and how many of them must have a write before it counts. */
  readonly replication: number
  readonly minInSync: number
  readonly guarantee: 'exactly-once' | 'at-least-once'
}

/**
 * A topic or group of ours as the cluster knows it.
 *
 * @example
 * nameInCluster({ prefix: 'desk' }, 'quotes') // => 'desk.quotes'
 * nameInCluster({ prefix: '' }, 'quotes') // => 'quotes'
 */
export const nameInCluster = ({ prefix }: Pick<KafkaConfig, 'prefix'>, name: string): string =>
  prefix === '' ? name : `${prefix}.${name}`

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const GUARANTEES = ['exactly-once', 'at-least-once'] as const
const KNOWN = ['client', 'rack', 'tls', 'ca', 'sasl', 'replication', 'min-in-sync', 'guarantee', 'timeout-ms'] as const

type Known = (typeof KNOWN)[number]

/**
 * Reads `kafka://user:password@host:port,host:port/prefix?sasl=scram-sha-512&tls=true`. Parameters: `client` (id),
 * `rack`, `tls` (true), `ca` (file with the certificates that are trusted; implies tls), `sasl` (plain, scram-sha-256,
 * scram-sha-512), `replication`, `min-in-sync`, `guarantee` (exactly-once, at-least-once), `timeout-ms` (of a request).
 *
 * Fails  usage KAFKA_CONFIG; the password is never repeated
 *
 * @example
 * parseKafka('kafka://127.0.0.1:9092,127.0.0.1:9094/desk').brokers // => ['127.0.0.1:9092', '127.0.0.1:9094']
 * parseKafka('kafka://127.0.0.1').brokers // => ['127.0.0.1:9092']
 * parseKafka('kafka://broker:9093/desk?replication=3').prefix // => 'desk'
 */
export const parseKafka = (url: string, secrets: { readonly password?: string | undefined } = {}): KafkaConfig => {
  const shown = url.replace(/(:\/\/[^/@:]*):([^?]*|[^/@]*)@/, '$1@')
  const refuse = (found: string): MillraceError => new MillraceError('KAFKA_CONFIG', `${shown} ${found}`)
  const [, login, hosts, prefix = '', query = ''] =
    /^kafka:\/\/(?:([^?]*|[^@/]*)@)?([^/?]+)\/?([^?]*)\??(.*)$/.exec(url) ?? []
  if (hosts === undefined) throw refuse('is no address')
  if (!/^[\w.-]{0,100}$/.test(prefix)) throw refuse(`has a prefix '${prefix}', expected are A-Z a-z 0-9 . _ -`)
  const told = new URLSearchParams(query)
  const unknown = [...told.keys()].find(name => !KNOWN.includes(name as Known))
  if (unknown !== undefined) throw refuse(`has a parameter '${unknown}', known are ${KNOWN.join(', ')}`)
  const get = (name: Known): string | null => told.get(name)
  const whole = (name: Known, usual: number): number => {
    const value = Number(get(name) ?? usual)
    if (Number.isInteger(value) && value >= 1) return value
    throw refuse(`has ${name}=${get(name)}, expected is a whole number from 1 on`)
  }
  const oneOf = <T extends string>(name: Known, known: readonly T[]): T | null => {
    const value = get(name)
    if (value === null || known.includes(value as T)) return value as T | null
    throw refuse(`has ${name}=${value}, expected is one of ${known.join(', ')}`)
  }
  const [, username, password] = /^([^:]*):?(.*)$/.exec(login ?? '')!.map(text => decoded(text, refuse))
  const mechanism = oneOf('sasl', MECHANISMS) ?? (username ? 'plain' : null)
  const replication = whole('replication', 1)
  if (mechanism !== null && !username) throw refuse(`has sasl=${mechanism} and names no user`)
  return {
    brokers: hosts.split(',').map(host => brokerOf(host, refuse)),
    clientId: get('client') ?? 'millrace',
    rack: get('rack') ?? '',
    prefix,
    replication,
    minInSync: whole('min-in-sync', Math.max(1, replication - 1)),
    guarantee: oneOf('guarantee', GUARANTEES) ?? 'exactly-once',
    requestTimeoutMs: whole('timeout-ms', 10_000),
    ...tlsOf(oneOf('tls', ['true', 'false']), get('ca'), refuse),
    ...(mechanism && username ? { sasl: { mechanism, username, password: password || (secrets.password ?? '') } } : {}),
  }
}

type Refuse = (found: string) => MillraceError

const decoded = (text: string, refuse: Refuse): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refuse('has a % in its user or password that encodes nothing, write it as %25')
  }
}

const brokerOf = (host: string, refuse: Refuse): string => {
  const [, name, port = '9092'] = /^([\w.-]+)(?::(\d{1,5}))?$/.exec(host) ?? []
  if (name === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw refuse(`names a broker '${host}', expected is host:port`)
  return `${name}:${port}`
}

const tlsOf = (tls: string | null, ca: string | null, refuse: Refuse): Pick<ClientOptions, 'tls'> => {
  if (ca === null) return tls === 'true' ? { tls: {} } : {}
  try {
    return { tls: { ca: readFileSync(ca, 'utf8') } }
  } catch (cause) {
    throw refuse(`names certificates in ${ca}, which cannot be read: ${messageOf(cause)}`)
  }
}
