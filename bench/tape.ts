import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import type { Log } from '../engine/log/port.ts'

/**
 * What is on a tape: `ticks`, those of `ticks.ts`; `recorded`, the recorded quotes where they are there and ticks of
 * one instrument where not, row i given to instrument i mod n; `sample`, the sample market, its instruments ahead.
 */
export type Market = 'ticks' | 'recorded' | 'sample'

export interface Tape {
  readonly log: Log
  /** Where the log lies. */
  readonly path: string
  /** An empty folder that goes when the tape goes. */
  readonly scratch: string
}

export const TAPE = { topic: 'quotes', partition: 0 } as const

/** Lends an LMDB log with a tape. It is written by another process, so that only the use of it shows in this one. */
export async function withTape<T>(
  market: Market,
  instruments: number,
  rows: number,
  use: (tape: Tape) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const path = join(folder, 'tape')
  const args = [path, market, String(instruments), String(rows)]
  try {
    const { status } = spawnSync(process.execPath, [recorder, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) throw new Error(`${recorder} ${args.join(' ')} ended with code ${status}`)
    const log = await openLmdbLog({ path, readOnly: true })
    const result = await use({ log, path, scratch: join(folder, 'scratch') })
    await log.close()
    return result
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const recorder = fileURLToPath(new URL('record.ts', import.meta.url))
