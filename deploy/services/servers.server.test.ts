import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { type Client, openClient } from '../../connectors/kafka/client.ts'
import { readConfig } from '../config.ts'
import { hasCoordinators } from './coordinators.ts'
import { javaVersion } from './java.ts'
import { startKafka } from './kafka.ts'
import { temporaryFolder } from './leftovers.ts'
import { freePorts } from './ports.ts'
import { startQuestDb } from './questdb.ts'
import { portOf } from './readiness.ts'

describe('the servers of a run of the tests', () => {
  it('are a broker at which groups and transactions can begin', async () => {
    expect(await hasCoordinators(portOf(inject('kafka')))).toBe(true)
  })

  it('are a database that answers', async () => {
    expect(await sql(inject('questdb').http, 'select 42')).toMatchObject({ dataset: [[42]] })
  })
})

describe('a server that is killed and restarted', async () => {
  const { library, java } = readConfig()
  const folder = await temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is the same cluster with the same topics', async () => {
    const [port] = await freePorts(1)
    const kafka = await startKafka({ folder: join(folder, 'kafka'), port: port!, library, java, isHasty: true })
    const clusterId = () => /cluster.id=.+/.exec(readFileSync(join(folder, 'kafka/data/meta.properties'), 'utf8'))![0]
    const id = clusterId()
    await makeTopic(kafka.address, 'kept')
    await kafka.kill()
    await kafka.restart()
    expect(await topicsOf(kafka.address)).toContain('kept')
    expect(clusterId()).toBe(id)
    await kafka.stop()
  })

  it('is the same database with the same rows', async () => {
    const [http, pg, health, ilp] = (await freePorts(4)) as [number, number, number, number]
    const questdb = await startQuestDb({
      folder: join(folder, 'questdb'),
      ports: { http, pg, health, ilp },
      library,
      java,
    })
    await sql(questdb.http, 'create table kept (n long, at timestamp) timestamp(at) partition by day wal')
    await sql(questdb.http, "insert into kept values (42, '2026-01-02T03:04:05Z')")
    await questdb.kill()
    await questdb.restart()
    await expect.poll(() => sql(questdb.http, 'select n from kept')).toMatchObject({ dataset: [[42]] })
    await questdb.stop()
  })
})

describe('each Java of this machine', async () => {
  const { library, java: usual } = readConfig()
  const found = [usual, ...globSync('/usr/lib/jvm/*/bin/java')]
  const javas = new Map<number, string>()
  for (const java of found) javas.set(await javaVersion(java).catch(() => 0), java)
  javas.delete(0)

  it.each([...javas])('%i runs both, without a warning', async (_, java) => {
    const folder = await temporaryFolder()
    const [port, http, pg, health, ilp] = (await freePorts(5)) as [number, number, number, number, number]
    const servers = await Promise.all([
      startKafka({ folder: join(folder, 'kafka'), port, library, java }),
      startQuestDb({ folder: join(folder, 'questdb'), ports: { http, pg, health, ilp }, library, java }),
    ])
    await Promise.all(servers.map(server => server.stop()))
    const said = servers.map(({ logFile }) => readFileSync(logFile, 'utf8')).join('')
    expect(said).not.toMatch(/^WARNING: |VM warning/m)
    rmSync(folder, { recursive: true })
  })
})

const sql = async (http: string, query: string): Promise<unknown> => {
  const answer = await fetch(`${http}/exec?query=${encodeURIComponent(query)}`)
  return (await answer.json()) as unknown
}

const asking = async <T>(address: string, ask: (client: Client) => Promise<T>): Promise<T> => {
  const client = await openClient({ brokers: [address], clientId: 'services' })
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}

const makeTopic = (address: string, topic: string) =>
  asking(address, async client =>
    (await client.controller()).ask('CreateTopics', {
      topics: [{ topic, numPartitions: 3, replicationFactor: 1 }],
      timeout: 10_000,
    }),
  )

const topicsOf = (address: string) => asking(address, async client => [...(await client.partitions()).keys()])
