import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../deploy/config.ts'
import { startKafka } from '../../deploy/services/kafka.ts'
import { temporaryFolder } from '../../deploy/services/leftovers.ts'
import { freePorts } from '../../deploy/services/ports.ts'
import { type Case, cases, type Job, type Size } from './cases.ts'
import { recordBlocks, recordMessages } from './record.ts'

/** Lends a broker that nobody else has; its address comes with a prefix for the topics. */
export const withBroker = async <Result>(use: (address: string) => Promise<Result>): Promise<Result> => {
  const { library, java } = readConfig()
  const folder = await temporaryFolder()
  const [port] = await freePorts(1)
  const kafka = await startKafka({ folder: join(folder, 'kafka'), port: port!, library, java })
  try {
    return await use(`kafka://${kafka.address}/bench`)
  } finally {
    await kafka.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All that was found of one case, a finding per round. */
export interface CaseRuns {
  readonly of: Case
  readonly found: Found[]
}

export type Found = Awaited<ReturnType<Case['run']>>

/** Runs each case once a round, so that a busy moment of the machine meets all of them. */
export const measureAll = async (
  address: string,
  size: Size,
  onProgress: (done: number, all: number, next: string) => void,
): Promise<readonly CaseRuns[]> => {
  const { ticks, seconds, rounds } = size
  const runs: readonly CaseRuns[] = cases.map(of => ({ of, found: [] }))
  const all = rounds * runs.length
  onProgress(0, all, 'the topics')
  await recordBlocks(address, ticks.blocks)
  await recordMessages(address, ticks.messages)
  for (const [done, { of, found }] of Array.from({ length: rounds }, () => runs)
    .flat()
    .entries()) {
    onProgress(done, all, of.id)
    const count = of.type === 'throughput' ? ticks[of.ticks] : 0
    found.push(await runCase(of.id, { address, name: `${of.id}-${done}`, ticks: count, seconds }))
  }
  onProgress(all, all, '')
  return runs
}

const script = fileURLToPath(new URL('case.ts', import.meta.url))

/** kafkajs waits for times below zero, of which Node warns. */
const QUIETLY = ['--disable-warning=TimeoutNegativeWarning']

/** One case in a process of its own, which ends with the signal. */
export const runCase = (id: string, job: Job, signal?: AbortSignal): Promise<Found> => {
  const child = spawn(process.execPath, [...QUIETLY, script, id, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(signal ? { signal } : {}),
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(JSON.parse(out) as Found)
      else reject(new Error(`${id} ended with code ${code}`))
    })
  })
}
