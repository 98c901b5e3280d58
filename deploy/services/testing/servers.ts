import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { readConfig } from '../../config.ts'
import { startKafka } from '../kafka.ts'
import { temporaryFolder } from '../leftovers.ts'
import { freePorts } from '../ports.ts'
import { type QuestDbAddresses, startQuestDb } from '../questdb.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** '127.0.0.1:port' of the broker of this run of the tests. */
    kafka: string
    /** The database of this run of the tests. */
    questdb: QuestDbAddresses
  }
}

/** A transaction that takes too long is looked for every second instead of ten. */
const SOONER = { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000 }

/** One broker and one database for a run of the tests; comes back with what ends them. */
export const setup = async ({ provide }: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> => {
  const { library, java } = readConfig()
  const folder = await temporaryFolder()
  const [port, http, pg, health, ilp] = (await freePorts(5)) as [number, number, number, number, number]
  const started = await Promise.allSettled([
    startKafka({ folder: join(folder, 'kafka'), port, library, java, settings: SOONER }),
    startQuestDb({ folder: join(folder, 'questdb'), ports: { http, pg, health, ilp }, library, java }),
  ])
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(server => server.status === 'fulfilled' && server.value.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
  const [kafka, questdb] = started
  if (kafka.status === 'fulfilled' && questdb.status === 'fulfilled') {
    provide('kafka', kafka.value.address)
    const { http, pg, health, ilp } = questdb.value
    provide('questdb', { http, pg, health, ilp })
    return stop
  }
  await stop()
  throw started.find(server => server.status === 'rejected')?.reason
}
