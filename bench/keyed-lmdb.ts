import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { runActor } from '../engine/actor/actor.ts'
import { pipeline } from '../engine/flow/pipeline.ts'
import { digestBlock, digestState } from '../engine/log/digest.ts'
import { quotes } from '../engine/market/topics.ts'
import { stream } from '../engine/run/stream.ts'
import { systemClock } from '../engine/time/clock.ts'
import { mid } from '../operators/book/mid.ts'
import { zScore } from '../operators/indicators/z-score.ts'
import { type Measured, measureRun } from './measure.ts'
import { scores, scoresOf } from './scores.ts'
import { TAPE, withTape } from './tape.ts'
import { checksum } from './workload.ts'

const keyed = pipeline({
  name: 'keyed-scores',
  reads: { quotes },
  graph: ({ quotes }) => quotes.pipe(mid(), zScore({ length: 20 })),
})

/**
 * The keyed scores exactly once, every one logged: an actor reads its mailbox from LMDB and commits to another LMDB log
 * the scores, its position, its progress and each million rows a snapshot, as one step. The checksum is of what lies in
 * that log at the end.
 */
export const measureKeyedLmdb = (instruments: number, rows: number): Promise<Measured> =>
  withTape('recorded', instruments, rows, async ({ log: tape, scratch }) => {
    const log = await openLmdbLog({ path: scratch })
    const output = { topic: 'scores', partition: 0, schema: scores }
    const measured = await measureRun(rows, async onRows => {
      const end = await runActor({
        task: 'keyed/0',
        log,
        mailbox: { log: tape, ...TAPE },
        behaviour: () => stream({ pipeline: keyed.build(), output }),
        clock: systemClock,
        onProgress: (_position, done) => onRows(done),
      })
      if (end.type === 'stopped') throw end.error
    })
    const digest = digestState()
    for await (const { block } of log.read('scores', 0, 0)) digestBlock(digest, block)
    await log.close()
    return { ...measured, checksum: checksum(scoresOf(digest)) }
  })
