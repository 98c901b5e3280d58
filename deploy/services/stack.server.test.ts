import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest'
import { readConfig } from '../config.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import { freePorts } from './ports.ts'
import { look } from './process.ts'
import { portOf } from './readiness.ts'
import type { State } from './running.ts'
import { takeDown } from './stack.ts'
import { isOnPath } from './testing/available.ts'

const { make, remove } = folders()
const home = make()
const services = join(home, 'services')

/** One look at a server takes two seconds at most; a machine may be busier than that. */
const SOON = { timeout: 60_000 }

const flags = async (): Promise<string[]> => {
  const names = ['kafka', 'questdb', 'pg', 'health', 'ilp', 'prometheus']
  const ports = await freePorts(names.length)
  return ['--java', ...names.flatMap((name, i) => [`--${name}-port`, `${ports[i]}`])]
}

const call = async (...args: string[]) => {
  const done = await millrace([...args, '--json'], { home })
  return { ...done, document: documentOf(done) as { started: string[]; ended: string[]; services: State[] } }
}

const table = ({ services }: { readonly services: readonly State[] }): string => services.at(-1)!.addresses.http!

const sql = async (http: string, query: string): Promise<unknown> => {
  const answer = await fetch(`${http}/exec?query=${encodeURIComponent(query)}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as unknown
}

afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await takeDown(services)
  remove()
})

describe('up, status and down', () => {
  it.runIf(isOnPath('prometheus', readConfig().path))('start Prometheus too, which sees the database', async () => {
    const { document } = await call('up', '--prometheus', ...(await flags()))
    expect(document.started).toEqual(['Kafka', 'QuestDB', 'Prometheus'])
    const { web } = document.services.find(({ service }) => service === 'Prometheus')!.addresses
    const isUp = async () => {
      const answer = await fetch(`${web}/api/v1/query?query=${encodeURIComponent('up{job="questdb"}')}`)
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return data.result[0]?.value[1]
    }
    await expect.poll(isUp, SOON).toBe('1')
    expect((await call('down')).document.ended).toEqual(['Kafka', 'Prometheus', 'QuestDB'])
  })

  it('start a broker and a database once, show them, and leave nothing that runs', async () => {
    const ports = await flags()
    const first = await call('up', ...ports)
    expect(first).toMatchObject({ code: 0, document: { started: ['Kafka', 'QuestDB'] } })
    const again = await call('up', '--java')
    expect(again).toMatchObject({ code: 0, document: { started: [] } })

    const found = [
      {
        service: 'Kafka',
        state: 'ready',
        version: expect.stringMatching(/^4\./),
        addresses: { broker: `127.0.0.1:${ports[2]}` },
        pid: expect.any(Number),
        memory: expect.any(Number),
        uptimeMs: expect.any(Number),
        log: join(services, 'kafka', 'kafka.log'),
      },
      { service: 'QuestDB', state: 'ready', addresses: { http: `http://127.0.0.1:${ports[4]}` } },
    ]
    await expect
      .poll(() => call('status'), SOON)
      .toMatchObject({ code: 0, document: { folder: services, services: found } })
    const { document } = await call('status')
    const pids = document.services.map(({ pid }) => pid!)
    expect(pids).toEqual(again.document.services.map(({ pid }) => pid))

    expect(await call('down')).toMatchObject({ code: 0, document: { ended: ['Kafka', 'QuestDB'] } })
    expect(pids.map(look)).toEqual([null, null])
    expect(await call('down')).toMatchObject({ code: 0, document: { ended: [] } })
    expect(await call('status')).toMatchObject({ code: 0, document: { services: [] } })
  })

  it('start what is missing, find its data again, and leave what runs alone', async () => {
    const { document: before } = await call('up', ...(await flags()))
    await sql(table(before), 'create table kept (n long, at timestamp) timestamp(at) partition by day wal')
    await sql(table(before), "insert into kept values (42, '2026-01-02T03:04:05Z')")
    process.kill(before.services[1]!.pid!, 'SIGKILL')
    const ended = { state: 'ended', pid: null, memory: null, uptimeMs: null }
    await expect
      .poll(() => call('status'), SOON)
      .toMatchObject({ code: 1, document: { services: [{ state: 'ready' }, ended] } })

    // Other ports than before: a folder is not bound to them.
    const ports = await flags()
    const { document: after } = await call('up', '--java', ...ports.slice(3))
    expect(after.started).toEqual(['QuestDB'])
    expect(after.services[0]!.pid).toBe(before.services[0]!.pid)
    await expect.poll(() => sql(table(after), 'select n from kept')).toMatchObject({ dataset: [[42]] })

    const moved = await call('up', '--java', '--kafka-port', '19999')
    expect(moved.code).toBe(2)
    expect(moved.stderr).toMatch(/Kafka runs already, with port \d+ where --kafka-port asks for 19999; .*npm run down/)
    await call('down')
  })

  it('leave nothing behind when they are interrupted', async () => {
    const done = await millrace(['up', ...(await flags())], {
      home,
      async started(child) {
        while (!existsSync(join(services, 'kafka', 'service.json'))) await sleep(20)
        child.kill('SIGINT')
      },
    })
    expect(done.code).toBe(1)
    const { document } = await call('status')
    expect(document.services.filter(({ state }) => state !== 'ended')).toEqual([])
  })
})

describe('up', () => {
  it('names a port that somebody has, who has it, and the flag for another', async () => {
    const taken = portOf(inject('kafka'))
    const { code, stderr } = await call('up', ...(await flags()), '--kafka-port', `${taken}`)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      new RegExp(`^SERVICE_PORT: Kafka cannot have port ${taken} of 127.0.0.1: .*; .* --kafka-port \\d+\\n`),
    )
  })

  it('says in one line that Java is missing', async () => {
    vi.stubEnv('JAVA_HOME', '/nowhere')
    const { code, stderr } = await call('up', ...(await flags()))
    expect(code).toBe(2)
    expect(stderr).toMatch(/^SERVICE_JAVA: Kafka and QuestDB need Java 17 .* there is no \/nowhere\/bin\/java\n.*\n$/)
  })
})
