import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { openClient } from '../../connectors/kafka/client.ts'
import { openReader } from '../../connectors/kafka/reader.ts'
import { createTopic, writeBatch } from '../../connectors/kafka/testing/raw.ts'
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
    // One look takes two seconds at most, whatever else the broker does.
    await expect.poll(() => hasCoordinators(portOf(inject('kafka')))).toBe(true)
  })

  it('are a database that answers', async () => {
    expect(await sql(inject('questdb').http, 'select 42')).toMatchObject({ dataset: [[42]] })
  })
})

describe('a server that is killed and restarted', async () => {
  const { library, java } = readConfig()
  const folder = await temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is the same cluster, with every record that it acknowledged', async () => {
    const [port] = await freePorts(1)
    const kafka = await startKafka({ folder: join(folder, 'kafka'), port: port!, library, java, isHasty: true })
    const clusterId = () => /cluster.id=.+/.exec(readFileSync(join(folder, 'kafka/data/meta.properties'), 'utf8'))![0]
    const id = clusterId()
    const client = await openClient({ brokers: [kafka.address], clientId: 'services' })
    await createTopic(client, 'kept')
    let acknowledged = 0
    const writing = (async () => {
      for (; acknowledged < 100_000; acknowledged++)
        await writeBatch(client, 'kept', 0, { records: [record(acknowledged)] })
    })()
    await expect.poll(() => acknowledged).toBeGreaterThan(100)
    await Promise.all([kafka.kill(), writing.catch(() => client.close())])

    await kafka.restart()
    expect(clusterId()).toBe(id)
    const found = await valuesIn(kafka.address, 'kept')
    expect(found.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, i) => i))
    // The one that was on its way may have arrived, and nothing after it was sent.
    expect(found.length - acknowledged).toBeLessThanOrEqual(1)
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

const record = (value: number) => ({ key: null, value: Buffer.from(`${value}`), timestamp: value })

const valuesIn = async (address: string, topic: string): Promise<readonly number[]> => {
  const client = await openClient({ brokers: [address], clientId: 'services' })
  const reader = await openReader({ client })
  const values: number[] = []
  for await (const records of reader.read(topic, 0, 0)) while (records.next()) values.push(Number(records.value()))
  await reader.close()
  await client.close()
  return values
}
