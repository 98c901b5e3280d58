import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvSource } from '../connectors/file/csv.ts'
import { type Measured, measure } from './measure.ts'
import { tickColumns, tickSource } from './ticks.ts'

/** The time of one row of a CSV file of quotes on its way into blocks. */
export async function measureImport(rows: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const path = join(folder, 'quotes.csv')
  const size = Math.floor(rows / 10)
  let taken = 0
  let bids = 0
  try {
    writeFileSync(path, quotesCsv(size))
    const measured = await measure({
      size,
      prepare: () => undefined,
      async work() {
        for await (const { count, columns } of csvSource({ path, rejectsFile: null }).blocks()) {
          taken += count
          bids += columns.bid![0] as number
        }
      },
    })
    return { ...measured, checksum: `${taken}|${bids}` }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function quotesCsv(rows: number): string {
  const ticks = tickColumns(rows)
  tickSource(1)(ticks)
  const lines = Array.from(ticks.at, (at, i) => `${Math.floor(at / 1000)},${ticks.bid[i]},${ticks.ask[i]}`)
  return `ts_ms,bid,ask\n${lines.join('\n')}\n`
}
