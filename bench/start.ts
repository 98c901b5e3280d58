import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measured } from './measure.ts'
import { withTape } from './tape.ts'

const STARTS = 7

/**
 * From the start of a process to the end of a backtest over so few ticks, by the clock of the process that starts it:
 * cold with an empty compile cache, then warm.
 */
export const measureStart = (rows: number): Promise<Measured> =>
  withTape('sample', 1, rows, async ({ path, scratch }) => {
    const cache = join(scratch, 'compile-cache')
    const cold = await startOnce(path, cache)
    const warm: Start[] = []
    while (warm.length < STARTS) warm.push(await startOnce(path, cache))
    return {
      nsPerTick: warm.map(({ ms }) => (ms * 1e6) / rows),
      coldNsPerTick: (cold.ms * 1e6) / rows,
      bytesPerTick: warm[0]!.bytes / rows,
      checksum: warm[0]!.checksum,
    }
  })

interface Start {
  readonly ms: number
  /** All that the process allocated on the heap. */
  readonly bytes: number
  readonly checksum: string
}

const program = fileURLToPath(new URL('first.ts', import.meta.url))

function startOnce(tape: string, cache: string): Promise<Start> {
  const from = performance.now()
  const env = { ...process.env, NODE_COMPILE_CACHE: cache }
  const child = spawn(process.execPath, [program, tape], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      const ms = performance.now() - from
      child.on('close', () => resolve({ ms, ...(JSON.parse(text) as Omit<Start, 'ms'>) }))
    })
    child.on('close', code => {
      if (code !== 0) reject(new Error(`${program} ended with code ${code}`))
    })
  })
}
