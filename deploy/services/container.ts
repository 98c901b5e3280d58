import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { makeFolder } from '../files.ts'
import { complaintOf, runProgram } from './program.ts'
import { portOf, untilReady, type Waiting } from './readiness.ts'
import { type Addresses, type ContainerRecord, type ServiceName, writeRecord } from './record.ts'

const FILE = join(import.meta.dirname, 'compose.yml')
const ANSWER_MS = 5_000

/** Whether a Docker engine answers, and has Compose; a client alone is not enough. */
export const dockerAnswers = (): Promise<boolean> =>
  Promise.all([
    runProgram('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: ANSWER_MS }),
    runProgram('docker', ['compose', 'version'], { timeout: ANSWER_MS }),
  ]).then(
    ([{ stdout }]) => stdout.trim() !== '',
    () => false,
  )

export interface Contained {
  readonly name: ServiceName
  readonly version: string
  /** For the record, and for what it is told. */
  readonly folder: string
  readonly addresses: Addresses
}

/** Starts the service of compose.yml and waits until it is ready. Fails: fault SERVICE_START. */
export const startContainer = async (contained: Contained, waiting: Waiting): Promise<void> => {
  const { name, version, folder, addresses } = contained
  const service = name.toLowerCase()
  const container = `millrace-${service}`
  const told = join(folder, 'compose.env')
  makeFolder(folder)
  writeFileSync(told, [`VERSION=${version}`, ...ports(addresses), ''].join('\n'))
  waiting.waits?.(`Docker, which may fetch the image of ${name}`)
  try {
    await runProgram('docker', ['compose', '--file', FILE, '--env-file', told, 'up', '--detach', service])
  } catch (cause) {
    throw new MillraceError('SERVICE_START', `Docker cannot start ${name}: ${complaintOf(cause)}`, { cause })
  }
  const log = `docker logs ${container}`
  const startedAt = Date.now()
  const record: ContainerRecord = { type: 'container', name, version, container, startedAt, addresses, log }
  writeRecord(folder, record)
  await untilReady(record, {
    ...waiting,
    isAlive: () => containerRuns(container),
    lastWords: () => Promise.resolve(log),
  })
}

export const containerRuns = (container: string): Promise<boolean> =>
  runProgram('docker', ['inspect', '--format', '{{.State.Running}}', container]).then(
    ({ stdout }) => stdout.trim() === 'true',
    () => false,
  )

/** Its data stays in its volume. */
export const endContainer = async (container: string): Promise<void> => {
  await runProgram('docker', ['rm', '--force', container])
}

const ports = (addresses: Addresses): string[] =>
  Object.entries(addresses).map(([what, where]) => `PORT_${what.toUpperCase()}=${portOf(where)}`)
