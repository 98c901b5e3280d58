import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeLines } from '../files.ts'
import { count } from '../terminal.ts'
import type { Call } from '../verb.ts'
import type { CalendarName } from './calendar.ts'
import { reportPage } from './page.ts'
import { reportOf } from './report.ts'

export interface WriteOptions {
  /** Default: report.html in the run folder. */
  readonly out?: string | undefined
  readonly calendar?: CalendarName | undefined
}

/** Writes the page of a run, and says where it is: its path. Fails: as `reportOf`; fault CLI_FOLDER. */
export const writeReport = async (
  call: Call,
  folder: string,
  { out, calendar }: WriteOptions = {},
): Promise<string> => {
  const report = await reportOf(call, folder, { calendar })
  const path = resolve(out ?? join(folder, 'report.html'))
  await writeLines(path, [reportPage(report).trimEnd()])
  const size = count(statSync(path).size / 1000)
  call.terminal.say(`${path}: ${size} kB, ${count(report.trades.length)} trades`)
  if (report.market.missing !== '') call.terminal.say(`without prices: ${report.market.missing}`)
  return path
}
