import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ack, checkLoad } from '../../engine/testing/log/load.ts'
import { openLmdbLog } from './lmdb-log.ts'

const KILLS = 20
const SEED = 11

/** Seeded, so that a failing sequence of moments can be tried again. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const program = `
  import { writeSync } from 'node:fs'
  import { openLmdbLog } from ${JSON.stringify(import.meta.resolve('./lmdb-log.ts'))}
  import { loadLog } from ${JSON.stringify(import.meta.resolve('../../engine/testing/log/load.ts'))}
  const log = await openLmdbLog({ path: process.argv[1] })
  await loadLog(log, ack => writeSync(1, JSON.stringify(ack) + '\\n'))`

const underLoad = (path: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '--eval', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'millrace-'))
})
afterEach(() => rmSync(path, { recursive: true }))

test(`killed ${KILLS} times under load: what was acknowledged is there, nothing is torn or twice`, async () => {
  const next = random(SEED)
  let acknowledged = 0
  // A slow machine acknowledges little within a moment, so there may be more kills.
  for (let kill = 0; kill < KILLS || acknowledged <= KILLS; kill++) {
    const acks: Ack[] = []
    const child = underLoad(path)
    const lines = createInterface({ input: child.stdout! }).on('line', line => acks.push(JSON.parse(line) as Ack))
    const closed = once(lines, 'close')
    if (next() < 0.9) await once(lines, 'line')
    await setTimeout(next() * 80)
    child.kill('SIGKILL')
    await Promise.all([closed, once(child, 'exit')])
    acknowledged += acks.length
    const log = await openLmdbLog({ path })
    expect(await checkLoad(log, acks), `kill ${kill} of seed ${SEED}`).toEqual([])
    await log.close()
  }
}, 300_000)
