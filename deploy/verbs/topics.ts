import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { openTapes, tapesOf } from '../tapes.ts'
import { count, table } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const topics: Verb = {
  name: 'topics',
  summary: 'Lists the topics of the embedded log: records, rows, bytes and the range of event time.',
  usage: 'topics [--json]',
  flags: { json: flagJson },
  examples: ['topics', 'topics --json'],
  async run(call) {
    const log = await openTapes(call.config)
    const tapes = await tapesOf(log)
    const infos = (await log.topics()).filter(({ topic }) => topic !== 'tapes')
    await log.close()
    const rows = infos.map(info => ({
      ...info,
      isComplete: tapes.has(info.topic),
      source: tapes.get(info.topic)?.source ?? null,
    }))
    if (call.has('json')) {
      call.terminal.print(JSON.stringify(rows))
      return 0
    }
    const time = (at: number | null): string => (at === null ? '' : formatMicros(at as Micros).slice(0, 19))
    const head = ['topic', 'partition', 'holds', 'records', 'rows', 'MB', 'from', 'to', '']
    const cells = rows.map(row => [
      row.topic,
      String(row.partition),
      row.schema,
      count(row.end),
      count(row.rows),
      (row.bytes / 1e6).toFixed(1),
      time(row.firstAt),
      time(row.lastAt),
      row.isComplete ? '' : 'cut off: import again',
    ])
    call.terminal.print(rows.length > 0 ? table(head, cells) : 'no topics yet: millrace import FILE, or npm start')
    return 0
  },
}
