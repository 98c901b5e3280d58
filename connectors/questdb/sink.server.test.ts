import { expect, inject, test } from 'vitest'
import { memoryLog } from '../../engine/log/memory.ts'
import { quoteBlock } from '../../engine/testing/log/rows.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { parseQuestdb } from './config.ts'
import { openQuestdb } from './questdb.ts'
import { questdbSink } from './sink.ts'

const { http, pg } = inject('questdb')
const address = parseQuestdb(`questdb://${pg.user}:${pg.password}@${new URL(http).host}?pg=${pg.port}`)

test('the rows of a topic are stored once, though they are sent twice', async () => {
  const questdb = await openQuestdb({ address })
  const log = memoryLog()
  await log.append('sink.twice', 0, [quoteBlock(0, 1000), quoteBlock(1000, 5000)])
  const mailbox = { topic: 'sink.twice', partition: 0 }
  for (const task of ['first', 'second']) {
    const sink = questdbSink({ questdb, log, mailbox, clock: systemClock, task })
    expect(await sink.run()).toBe('finished')
    expect(sink.state()).toMatchObject({ rows: 5000, rejects: 0, pending: 0, committed: { offset: 2, row: 0 } })
  }
  const count = 'select count(), min(seq), max(seq) from quotes where source = $1'
  await expect.poll(() => questdb.query(count, ['sink.twice/0'])).toEqual([[5000, 0, 4096 + 3999]])
  await questdb.close()
})
