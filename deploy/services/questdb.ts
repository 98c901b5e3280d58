import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../files.ts'
import { fetchJars } from './jars.ts'
import { javaVersion } from './java.ts'
import type { Addresses } from './record.ts'
import { type Program, type Service, type Start, startService } from './service.ts'
import { fillIn } from './template.ts'

/** Where a QuestDB listens. */
export interface QuestDbAddresses {
  /** 'http://127.0.0.1:9000': line protocol, SQL, and the console for the browser. */
  readonly http: string
  readonly pg: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly password: string
    readonly database: string
  }
  /** 'http://127.0.0.1:9003': /status and /metrics. */
  readonly health: string
  /** Line protocol over a plain socket. */
  readonly ilp: { readonly host: string; readonly port: number }
}

export interface QuestDb extends Service, QuestDbAddresses {}

export interface QuestDbPorts {
  readonly http: number
  readonly pg: number
  readonly health: number
  readonly ilp: number
}

export interface QuestDbOptions extends Start {
  /** Data, configuration and log; what an earlier database left there is taken up. */
  readonly folder: string
  readonly ports: QuestDbPorts
  /** Where the jars are, or are fetched to. */
  readonly library: string
  readonly java?: string
}

const FLAGS = ['-Xms64m', '-Xmx256m', '-XX:+UseParallelGC', '-ea', '-Dnoebug']

/** One database on loopback. It is ready when it answers a query and takes calls at all its ports. */
export const startQuestDb = async (options: QuestDbOptions): Promise<QuestDb> => {
  const { folder, ports, library, java = 'java' } = options
  const [jars, major] = await Promise.all([fetchJars(library, options.waits), javaVersion(java)])
  const temp = join(folder, 'tmp')
  makeFolder(join(folder, 'conf'))
  fillIn('server.conf', join(folder, 'conf', 'server.conf'), ports)
  fillIn('questdb-log.conf', join(folder, 'conf', 'log.conf'), {})
  const program: Program = {
    name: 'QuestDB',
    version: jars.questdbVersion,
    folder,
    addresses: recorded(ports),
    command: java,
    args: [...flagsOf(major), `-Djava.io.tmpdir=${temp}`, ...mainOf(jars.questdb), '-d', folder, '-n'],
    prepare: () => emptied(temp),
  }
  return Object.assign(await startService(program, options), addressesOf(ports))
}

const mainOf = (jars: string): string[] => ['-p', join(jars, 'questdb.jar'), '-m', 'io.questdb/io.questdb.ServerMain']

const flagsOf = (major: number): string[] =>
  major < 24 ? FLAGS : [...FLAGS, '--enable-native-access=io.questdb', '--sun-misc-unsafe-memory-access=allow']

/** It unpacks native code there at each start, and a killed one leaves it behind. */
const emptied = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
  makeFolder(folder)
}

/** The same in short, as they are written down and shown. */
export const recorded = ({ http, pg, health, ilp }: QuestDbPorts): Addresses => ({
  http: `http://127.0.0.1:${http}`,
  pg: `127.0.0.1:${pg}`,
  health: `http://127.0.0.1:${health}`,
  ilp: `127.0.0.1:${ilp}`,
})

/** Of a fresh QuestDB, with the user it comes with. */
const addressesOf = ({ http, pg, health, ilp }: QuestDbPorts): QuestDbAddresses => ({
  http: `http://127.0.0.1:${http}`,
  pg: { host: '127.0.0.1', port: pg, user: 'admin', password: 'quest', database: 'qdb' },
  health: `http://127.0.0.1:${health}`,
  ilp: { host: '127.0.0.1', port: ilp },
})
